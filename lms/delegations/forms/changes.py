from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    EmailField,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lms.accounts.forms import EMAIL, plain_email
from lms.accounts.models import RoleGrant
from lms.cohorts.models import Cohort
from lms.cohorts.queries import country_name
from lms.web.forms import check_year, trimmed

MOST_DAYS = 366


class LeaveForm(FlaskForm):
    reason = StringField(
        _l("Reason"),
        [DataRequired(_l("Write why; the person reads it.")), Length(max=500)],
        description=_l("The person reads it in a message, and it is kept in the log."),
        filters=[trimmed],
    )


class MoveForm(LeaveForm):
    to = SelectField(_l("New cohort"), [InputRequired(_l("Choose the new cohort."))])

    def offer(self, cohorts: Iterable[Cohort]) -> None:
        self.to.choices = [
            SelectChoice("", _l("Choose a cohort")),
            *(SelectChoice(one.slug, f"{one.title} ({one.slug})") for one in cohorts),
        ]


class AddressForm(FlaskForm):
    email = EmailField(_l("The right e-mail address"), [*EMAIL, plain_email])


class DueDatesForm(FlaskForm):
    """By a number of days, or to one day. In the address first, for the preview; then in the form that moves."""

    days = IntegerField(
        _l("Move by days"),
        [
            Optional(),
            NumberRange(-MOST_DAYS, MOST_DAYS, _l("Write a number from %(min)d to %(max)d.")),
        ],
        description=_l("7 is a week later, -7 a week earlier."),
        render_kw={"class": "in short"},
    )
    to = DateField(
        _l("Or move all to this day"),
        [Optional(), check_year],
        description=_l("The time of day stays."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for one of the two."""
        if not super().validate(extra_validators):
            return False
        if bool(self.days.data) == bool(self.to.data):
            self.days.errors = [_("Write a number of days, or choose a day; one of the two.")]
        return not self.days.errors


class SuccessorForm(LeaveForm):
    grants = SelectMultipleField(
        _l("What goes over"),
        [InputRequired(_l("Choose at least one."))],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    email = EmailField(
        _l("E-mail address of who follows"),
        [*EMAIL, plain_email],
        description=_l("Somebody with an account, who has signed in before."),
    )
    reason = StringField(
        _l("Reason"),
        [DataRequired(_l("Write why; it is kept in the log.")), Length(max=500)],
        filters=[trimmed],
    )

    def offer(self, grants: Iterable[RoleGrant], words: dict[int, str]) -> None:
        self.grants.choices = [SelectChoice(one.id, words[one.id]) for one in grants]


def grant_words(grant: RoleGrant) -> str:
    """Say what a coordinator's role is for."""
    if grant.scope == "country":
        return _("Country: %(name)s", name=country_name(grant.scope_object, str(get_locale())))
    if grant.scope == "cohort":
        return _("Cohort: %(name)s", name=grant.scope_object)
    return _("Programme: %(name)s", name=grant.scope_object)
