from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectChoice, SelectField

from lms.accounts.forms import EMAIL, plain_email
from lms.config import LANGUAGES


class InviteForm(FlaskForm):
    email = EmailField(_l("E-mail address"), [*EMAIL, plain_email])
    language = SelectField(
        _l("Language of the message"),
        choices=[SelectChoice(one.code, one.own_name) for one in LANGUAGES.values()],
    )
