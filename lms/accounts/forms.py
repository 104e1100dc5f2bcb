from __future__ import annotations

from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, PasswordField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from lms.accounts.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD
from lms.lib import names

EMAIL = [InputRequired(_l("Write your e-mail address.")), Length(max=254)]


def plain_email(_form: FlaskForm, field: EmailField) -> None:
    local, _at, domain = (field.data or "").strip().partition("@")
    if not local or "." not in domain or any(letter.isspace() for letter in local + domain):
        raise ValidationError(_l("An e-mail address looks like name@ministry.example."))


class SignInForm(FlaskForm):
    email = EmailField(_l("E-mail address"), [*EMAIL, plain_email], render_kw={"autocomplete": "username"})
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Write your password, or have a link e-mailed to you.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class LinkForm(FlaskForm):
    email = EmailField(_l("E-mail address"), [*EMAIL, plain_email], render_kw={"autocomplete": "username"})


class NewPasswordForm(FlaskForm):
    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Choose a password.")), Length(SHORTEST_PASSWORD, LONGEST_PASSWORD, _l(
            "Use at least %(min)d characters; a short sentence is easy to remember.",
        ))],
        description=_l("At least 15 characters. A short sentence is good; spaces and any letters are allowed."),
        render_kw={"autocomplete": "new-password"},
    )


def latin_only(_form: FlaskForm, field: StringField) -> None:
    letter = names.first_not_latin(field.data or "")
    if letter:
        raise ValidationError(
            _l("“%(letter)s” is not a Latin letter. Write the name as in your passport.", letter=letter)
        )


class NameForm(FlaskForm):
    """A name in the own script and in Latin. Single names are allowed: one of each pair is enough."""

    given_name = StringField(
        _l("Given name"), [Length(max=100)], description=_l("In your own script."),
        render_kw={"autocomplete": "given-name"},
    )
    family_name = StringField(
        _l("Family name"), [Length(max=100)], description=_l("In your own script. Leave empty if you have one name."),
        render_kw={"autocomplete": "family-name"},
    )
    given_name_latin = StringField(
        _l("Given name in Latin letters"), [Optional(), Length(max=100), latin_only],
        description=_l("As in your passport. This is a suggestion; change it if your passport differs."),
    )
    family_name_latin = StringField(
        _l("Family name in Latin letters"), [Optional(), Length(max=100), latin_only], description=_l("As in your passport.")
    )
    is_right = BooleanField(_l("This is how my name is to be printed"))

    def validate_given_name(self, field: StringField) -> None:
        self._clean()
        if not field.data and not self.family_name.data:
            raise ValidationError(_l("Write your name as you sign it."))

    def validate_is_right(self, _field: BooleanField) -> None:
        if not self.given_name_latin.data and not self.family_name_latin.data:
            raise ValidationError(_l("Write your name in Latin letters too, as in your passport."))

    def _clean(self) -> None:
        for field in (self.given_name, self.family_name, self.given_name_latin, self.family_name_latin):
            field.data = names.clean_name(field.data or "")

    def parts(self) -> dict[str, str]:
        return {
            "given": self.given_name.data or "",
            "family": self.family_name.data or "",
            "given_latin": self.given_name_latin.data or "",
            "family_latin": self.family_name_latin.data or "",
        }


class TimeZoneForm(FlaskForm):
    time_zone = SelectField(_l("Time zone"), choices=sorted(zone for zone in available_timezones() if "/" in zone))
