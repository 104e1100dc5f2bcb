from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, ValidationError
from wtforms.validators import Length

from lms.accounts.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD


class AcceptForm(FlaskForm):
    password = PasswordField(
        _l("Choose a password"),
        [Length(max=LONGEST_PASSWORD)],
        description=_l("At least 15 characters; a short sentence is good. Leave it empty to sign in by e-mailed links."),
        render_kw={"autocomplete": "new-password"},
    )

    def validate_password(self, field: PasswordField) -> None:
        if field.data and len(field.data) < SHORTEST_PASSWORD:
            raise ValidationError(_l("Use at least 15 characters, or leave it empty."))
