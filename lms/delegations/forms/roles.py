"""Roles for a cohort, and accounts of its people."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, Length

from lms.accounts.forms import EMAIL, plain_email

REASON = [DataRequired(_l("Write the reason; it is kept in the log.")), Length(max=500)]
REASON_HELP = _l("It is kept in the log. Write no more about the person than is needed.")


class CohortRoleForm(FlaskForm):
    """A role for the cohort; only what its coordinator may give is offered."""

    email = EmailField(
        _l("E-mail address"),
        [*EMAIL, plain_email],
        description=_l("Of somebody in your country who has an account already."),
    )
    role = SelectField(_l("Role"))
    reason = StringField(_l("Reason"), REASON, description=REASON_HELP)

    def __init__(self, offered: list[tuple[str, str]], **values: Any) -> None:
        super().__init__(**values)
        self.role.choices = [SelectChoice(value, words) for value, words in offered]

    @property
    def grant(self) -> tuple[str, str, str]:
        """Return role, scope and object."""
        role, scope, scope_object = str(self.role.data).split(" ")
        return role, scope, scope_object


class AccountForm(FlaskForm):
    reason = StringField(_l("Reason"), REASON, description=REASON_HELP)
