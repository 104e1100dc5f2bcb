from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectChoice, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from lms.authoring.queries import Takers
from lms.authoring.rules import STATE_NAMES
from lms.cohorts.models import CohortCourse
from lms.quizzes.forms import ExtraTimeForm


class GiveExtraTimeForm(ExtraTimeForm):
    holder = SelectField(
        _l("For"), [InputRequired(_l("Choose a person, or everybody in a cohort."))]
    )

    def offer(self, takers: Takers) -> None:
        choices = [SelectChoice("", _l("Nobody chosen yet"))]
        for cohort in takers.cohorts:
            whole = _("Everybody in %(cohort)s", cohort=cohort.title)
            choices.append(SelectChoice(f"cohort-{cohort.id}", whole, optgroup=cohort.title))
            choices += [
                SelectChoice(
                    f"person-{person.id}", person.name_latin or person.name, optgroup=cohort.title
                )
                for person in takers.people.get(cohort.id, [])
            ]
        self.holder.choices = choices


class AttemptFilterForm(FlaskForm):
    """Which attempts: in the address, so that a filtered list can be kept and mailed."""

    class Meta:
        csrf = False

    cohort = SelectField(_l("Cohort"), default="")
    state = SelectField(
        _l("State"),
        choices=[
            SelectChoice("", _l("Every state")),
            *(SelectChoice(state, words) for state, words in STATE_NAMES.items()),
        ],
        default="",
    )
    days = IntegerField(
        _l("Begun at least so many days ago"),
        [Optional(), NumberRange(0, 3650)],
        render_kw={"inputmode": "numeric"},
    )

    @classmethod
    def from_address(cls, taking: Iterable[CohortCourse]) -> AttemptFilterForm:
        form = cls(request.args)
        form.cohort.choices = [
            SelectChoice("", _l("Every cohort")),
            *(SelectChoice(one.cohort.slug, one.cohort.title) for one in taking),
        ]
        return form

    def filters(self) -> dict[str, Any]:
        """Return what to filter by; what cannot be read filters nothing, and says so."""
        self.validate()
        return {field.name: field.data for field in self if field.data and not field.errors}
