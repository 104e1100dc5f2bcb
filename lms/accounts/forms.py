from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from flask import request
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from lms.accounts import queries, rules, services, zones
from lms.accounts.models import Person
from lms.accounts.rules import LONGEST_EMAIL, LONGEST_PASSWORD, SHORTEST_PASSWORD
from lms.accounts.services import factors
from lms.lib import names
from lms.lib.fonts import letter_name
from lms.web.access import has_proved, own_path

EMAIL = [InputRequired(_l("Write your e-mail address.")), Length(max=LONGEST_EMAIL)]
EMAIL_INPUT = {"autocomplete": "username", "inputmode": "email", "spellcheck": "false"}
LATIN_INPUT = {
    "autocomplete": "off",
    "autocapitalize": "words",
    "spellcheck": "false",
    "lang": "en",
}


def plain_email(_form: FlaskForm, field: EmailField) -> None:
    if not rules.is_email(field.data or ""):
        raise ValidationError(_l("An e-mail address looks like name@ministry.example."))


class SignInForm(FlaskForm):
    email = EmailField(_l("E-mail address"), [*EMAIL, plain_email], render_kw=EMAIL_INPUT)
    password = PasswordField(
        _l("Password"),
        [
            InputRequired(_l("Write your password, or have a link e-mailed to you.")),
            Length(max=LONGEST_PASSWORD),
        ],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class LinkForm(FlaskForm):
    """Stands below the sign-in form; the field has the same name there, so it needs its own id."""

    email = EmailField(
        _l("E-mail address"), [*EMAIL, plain_email], render_kw=EMAIL_INPUT, id="link-email"
    )
    next = HiddenField(id="link-next")


def hard_to_guess(form: FlaskForm, field: PasswordField) -> None:
    """Refuse what anybody would try first; ``form.email_address`` is whose password it will be."""
    if rules.is_guessable(field.data or "", getattr(form, "email_address", "")):
        raise ValidationError(
            _l("This password is easy to guess. A short sentence of your own is better.")
        )


class NewPasswordForm(FlaskForm):
    current_password = PasswordField(
        _l("Current password"),
        [InputRequired(_l("Write your current password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("New password"),
        [
            InputRequired(_l("Choose a password.")),
            Length(
                SHORTEST_PASSWORD,
                LONGEST_PASSWORD,
                _l("Use at least %(min)d characters; a short sentence is easy to remember."),
            ),
            hard_to_guess,
        ],
        description=_l(
            "At least 15 characters. A short sentence is good; spaces and any letters are allowed."
        ),
        render_kw={"autocomplete": "new-password"},
    )

    def __init__(self, person: Person, *, asks_for_current: bool) -> None:
        super().__init__()
        self.email_address = person.email
        self._person = person
        if not asks_for_current:
            del self.current_password

    def validate_current_password(self, field: PasswordField) -> None:
        if not services.has_password(self._person, field.data or ""):
            raise ValidationError(
                _l("This is not your password. If you forgot it, sign out and sign in by e-mail.")
            )


def latin_only(_form: FlaskForm, field: StringField) -> None:
    letter = names.first_not_latin(field.data or "")
    if letter:
        raise ValidationError(
            _l(
                "“%(letter)s” is not a Latin letter. Write the name as in your passport.",
                letter=letter,
            )
        )


def printable(_form: FlaskForm, field: StringField) -> None:
    letters = rules.refused_letters(field.data or "")
    if letters:
        raise ValidationError(
            _l(
                "A certificate cannot be printed with %(letters)s. Write the name without it.",
                letters=", ".join(f"“{letter_name(letter)}”" for letter in letters),
            )
        )


class NameForm(FlaskForm):
    """A name in the own script and in Latin; for a single name one field of each pair is enough."""

    given_name = StringField(
        _l("Given name"), [Length(max=100), printable], render_kw={"autocomplete": "given-name"}
    )
    family_name = StringField(
        _l("Family name"),
        [Length(max=100), printable],
        description=_l("Leave it empty if you have a single name."),
        render_kw={"autocomplete": "family-name"},
    )
    given_name_latin = StringField(
        _l("Given name, Latin letters"),
        [Length(max=100), latin_only, printable],
        render_kw=LATIN_INPUT,
    )
    family_name_latin = StringField(
        _l("Family name, Latin letters"),
        [Length(max=100), latin_only, printable],
        render_kw=LATIN_INPUT,
    )

    def __init__(self, person: Person) -> None:
        super().__init__(obj=person)
        self._person = person
        for field in (self.given_name, self.family_name):
            field.data = names.clean_name(field.data or "", person.language)
        for field in (self.given_name_latin, self.family_name_latin):
            field.data = names.clean_name(field.data or "")

    def validate(self, extra_validators: Any = None) -> bool:
        is_well_formed = super().validate(extra_validators)
        has_native = self._has_one(
            (self.given_name, self.family_name), _l("Write your name as you write it yourself.")
        )
        has_latin = self._has_one(
            (self.given_name_latin, self.family_name_latin),
            _l("Compare this suggestion with your passport, correct it, then save again."),
        )
        if not has_latin:
            self.suggest_latin()
        return bool(is_well_formed and has_native and has_latin)

    def _has_one(self, pair: Sequence[Field], message: LazyString) -> bool:
        if any(field.data for field in pair):
            return True
        pair[0].errors = [*pair[0].errors, message]
        return False

    def check_letters(self) -> None:
        """Name at once, before anything is typed, the letters for which a certificate waits."""
        for field in (
            self.given_name,
            self.family_name,
            self.given_name_latin,
            self.family_name_latin,
        ):
            try:
                printable(self, field)
            except ValidationError as refusal:
                field.errors = [refusal.args[0]]

    def suggest_latin(self) -> None:
        """Fill the Latin fields, where both are empty, with what a passport most probably says."""
        if self.given_name_latin.data or self.family_name_latin.data:
            return
        language = self._person.language
        self.given_name_latin.data = names.suggest_latin(self.given_name.data, language)
        self.family_name_latin.data = names.suggest_latin(self.family_name.data, language)

    @property
    def printed_latin(self) -> str:
        return names.display_name(self.given_name_latin.data, self.family_name_latin.data)

    @property
    def printed_native(self) -> str:
        return names.display_name(
            self.given_name.data,
            self.family_name.data,
            family_first=self._person.is_family_name_first,
        )

    def parts(self) -> dict[str, str]:
        return {
            "given": self.given_name.data,
            "family": self.family_name.data,
            "given_latin": self.given_name_latin.data,
            "family_latin": self.family_name_latin.data,
        }


class TimeZoneForm(FlaskForm):
    time_zone = SelectField(_l("Time zone"))

    def __init__(self, person: Person) -> None:
        super().__init__(obj=person)
        self.time_zone.choices = zones.choices(person.country_code, person.time_zone)


CODE_INPUT = {
    "autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "off"
}  # fmt: skip
WRONG_CODE = _l(
    "This code is not right, or was used before. Wait for the next one in your app, or use a recovery code."
)


class CodeForm(FlaskForm):
    """A one-time code of the app, or a recovery code."""

    code = StringField(
        _l("One-time code"),
        [InputRequired(_l("Write the six digits that your app shows.")), Length(max=40)],
        render_kw=CODE_INPUT,
    )
    next = HiddenField()

    def refuse(self) -> None:
        self.code.errors = [WRONG_CODE]


class ConfirmForm(FlaskForm):
    """The proof of who is at the keyboard, and what waits for it.

    Whatever else the request holds belongs to the form that was sent before the proof was asked for.
    """

    proof_password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Write your password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    proof_code = StringField(
        _l("One-time code"),
        [InputRequired(_l("Write the six digits that your app shows.")), Length(max=40)],
        render_kw=CODE_INPUT,
    )
    proof_target = HiddenField()
    proof_method = HiddenField()
    has_lost_file = False

    def __init__(self, person: Person, **values: Any) -> None:
        super().__init__(**values)
        self._person = person
        has_app = queries.has_app(person)
        if has_app or person.password is None:
            del self.proof_password
        if not has_app:
            del self.proof_code

    @classmethod
    def for_page(cls, person: Person, target: str) -> Self:
        return cls(person, formdata=None, proof_target=target, proof_method="GET")

    @classmethod
    def for_request(cls, person: Person) -> Self:
        """Keep what this request has sent. Files cannot be kept: then the way leads back to their form."""
        if any(file.filename for file in request.files.values()):
            form = cls.for_page(person, own_path(request.referrer, "/account"))
            form.has_lost_file = True
            return form
        here = request.full_path.rstrip("?")
        return cls(person, formdata=None, proof_target=here, proof_method="POST")

    @property
    def is_sent_on(self) -> bool:
        return bool(self.proof_method.data == "POST")

    @property
    def waiting_fields(self) -> list[tuple[str, str]]:
        """Return the fields that wait, each value on its own, in their order."""
        if not self.is_sent_on:
            return []
        own = {*self._fields, "proof_password", "proof_code", "csrf_token"}
        return [(name, text) for name, text in request.form.items(multi=True) if name not in own]

    @property
    def asks_by_link(self) -> bool:
        return "proof_password" not in self and "proof_code" not in self

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid: bool = super().validate(extra_validators)
        if self.asks_by_link and not has_proved():
            self.form_errors.append(_l("Open the link in the e-mail first, in this browser."))
            return False
        return is_valid

    def validate_proof_code(self, field: StringField) -> None:
        if not factors.use_code(self._person, field.data or ""):
            raise ValidationError(WRONG_CODE)

    def validate_proof_password(self, field: PasswordField) -> None:
        if not services.has_password(self._person, field.data or ""):
            raise ValidationError(
                _l("This is not your password. If you forgot it, sign out and sign in by e-mail.")
            )


class EraseForm(FlaskForm):
    is_sure = BooleanField(
        _l("I understand that this cannot be taken back."),
        [DataRequired(_l("Tick the box if you are sure; otherwise choose “Keep it”."))],
    )
