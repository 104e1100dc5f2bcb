from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import Length, Optional

from lms.accounts.forms import EMAIL, hard_to_guess, plain_email
from lms.accounts.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD


class AcceptForm(FlaskForm):
    password = PasswordField(
        _l("Choose a password"),
        [
            Optional(),
            Length(
                SHORTEST_PASSWORD,
                LONGEST_PASSWORD,
                _l("Use at least %(min)d characters, or leave it empty."),
            ),
            hard_to_guess,
        ],
        description=_l(
            "At least 15 characters; a short sentence is good. "
            "Leave it empty to sign in by e-mailed links."
        ),
        render_kw={"autocomplete": "new-password"},
    )

    def __init__(self, email_address: str, *, has_account: bool) -> None:
        super().__init__()
        self.email_address = email_address
        if has_account:
            del self.password

    @property
    def chosen_password(self) -> str | None:
        return self.password.data or None if "password" in self else None


class AddressForm(FlaskForm):
    """Who opened a link that was handed over."""

    email = EmailField(
        _l("Your e-mail address"),
        [*EMAIL, plain_email],
        description=_l(
            "Your own mailbox at work. A link that accepts the invitation is sent there."
        ),
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"},
    )
