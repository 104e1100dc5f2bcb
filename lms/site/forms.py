from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from lms.accounts.forms import EMAIL, latin_only, plain_email
from lms.accounts.rules import SCOPES_OF_ROLE
from lms.cohorts.models import Country
from lms.cohorts.queries import country_name
from lms.config import LANGUAGES
from lms.web.languages import interface_language

ROLE_NAMES = {
    "learner": _l("Learner"),
    "instructor": _l("Instructor"),
    "coordinator": _l("Country coordinator"),
    "officer": _l("Certificate officer"),
    "administrator": _l("Administrator"),
    "auditor": _l("Auditor"),
}
SCOPE_NAMES = {
    "self": _l("The person's own learning"),
    "course": _l("One course"),
    "country": _l("One country"),
    "cohort": _l("One cohort"),
    "all": _l("Everything"),
}


class RoleForm(FlaskForm):
    role = SelectField(_l("Role"), choices=list(ROLE_NAMES.items()))
    scope = SelectField(_l("For"), choices=list(SCOPE_NAMES.items()))
    scope_object = StringField(
        _l("Which one"),
        [Length(max=80)],
        description=_l("A country's code (KZ), or the short name of a course or cohort. Empty for “Everything”."),
    )

    def validate_scope(self, field: SelectField) -> None:
        if field.data not in SCOPES_OF_ROLE.get(self.role.data, ()):
            known = ", ".join(str(SCOPE_NAMES[scope]) for scope in SCOPES_OF_ROLE.get(self.role.data, ()))
            raise ValidationError(_l("This role is given for: %(known)s.", known=known))

    def validate_scope_object(self, field: StringField) -> None:
        needs_object = self.scope.data not in {"self", "all"}
        if needs_object and not (field.data or "").strip():
            raise ValidationError(_l("Say which one."))

    def object_of_scope(self) -> str:
        if self.scope.data in {"self", "all"}:
            return ""
        text = (self.scope_object.data or "").strip()
        return text.upper() if self.scope.data == "country" else text


class PersonForm(FlaskForm):
    email = EmailField(_l("E-mail address"), [*EMAIL, plain_email])
    given_name_latin = StringField(_l("Given name in Latin letters"), [Length(max=100), latin_only])
    family_name_latin = StringField(_l("Family name in Latin letters"), [Length(max=100), latin_only])
    country_code = SelectField(_l("Country"), [InputRequired()])
    language = SelectField(
        _l("Language"), choices=[(language.code, language.own_name) for language in LANGUAGES.values()]
    )

    _zones: dict[str, str]

    @classmethod
    def for_countries(cls, countries: Iterable[Country], language: str) -> PersonForm:
        form = cls()
        shown = interface_language(language)
        known = list(countries)
        form.country_code.choices = [(country.code, country_name(country.code, shown)) for country in known]
        form._zones = {country.code: country.time_zone for country in known}
        return form

    def facts(self) -> dict[str, str]:
        return {
            "email": self.email.data or "",
            "given_name_latin": self.given_name_latin.data or "",
            "family_name_latin": self.family_name_latin.data or "",
            "country_code": self.country_code.data,
            "language": self.language.data,
            "time_zone": self._zones[self.country_code.data],
        }


class StateForm(FlaskForm):
    reason = StringField(_l("Reason"), [InputRequired(_l("Write the reason; it is kept in the log.")), Length(max=500)])
