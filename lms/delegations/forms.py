from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField

from lms.accounts.forms import EMAIL, plain_email
from lms.config import LANGUAGES


class InviteForm(FlaskForm):
    email = EmailField(_l("E-mail address"), [*EMAIL, plain_email])
    language = SelectField(
        _l("Language of the message"),
        choices=[(language.code, language.own_name) for language in LANGUAGES.values()],
    )
