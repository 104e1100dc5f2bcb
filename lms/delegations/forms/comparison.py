from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from lms.cohorts.models import Cohort, Programme, Region
from lms.web.forms import FilterForm, choices

SPLITS = {"gender": _l("By gender"), "institution": _l("By institution")}


class CompareForm(FilterForm):
    """Which cohorts stand side by side, and by what their numbers are split."""

    programme = SelectField(_l("Programme"), default="")
    region = SelectField(_l("Region"), default="")
    split = SelectField(_l("Split"), choices=choices(SPLITS, _l("Not split")), default="")
    cohorts = SelectMultipleField(
        _l("Only these cohorts"), widget=ListWidget(), option_widget=CheckboxInput()
    )

    def offer(
        self,
        programmes: list[Programme],
        regions: list[Region],
        cohorts: list[Cohort],
        language: str,
    ) -> None:
        self.programme.choices = choices(
            {one.slug: one.title for one in programmes}, _l("Every programme")
        )
        named = {one.code: one.names.get(language, one.names["en"]) for one in regions}
        self.region.choices = choices(named, _l("Every region"))
        self.cohorts.choices = [SelectChoice(one.slug, one.title) for one in cohorts]
