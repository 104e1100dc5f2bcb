from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    EmailField,
    HiddenField,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from lms.accounts.forms import EMAIL, latin_only, plain_email
from lms.accounts.models import Person
from lms.audit.queries import LogFilter, logged_actions
from lms.cohorts.models import Country
from lms.cohorts.queries import country_name
from lms.config import LANGUAGES
from lms.lib.names import clean_name
from lms.site import queries
from lms.site.words import ACTION_NAMES, GRANT_NAMES, OBJECT_NAMES, ROLE_NAMES
from lms.web.forms import FilterForm, choices
from lms.web.languages import select_time_zone

REASON = [DataRequired(_l("Write the reason; it is kept in the log.")), Length(max=500)]
REASON_HELP = _l("It is kept in the log. Write no more about the person than is needed.")


class PeopleFilterForm(FilterForm):
    search = StringField(_l("Name or e-mail address"), [Length(max=100)])
    role = SelectField(_l("Role"), choices=choices(ROLE_NAMES, _l("Every role")), default="")
    country = SelectField(_l("Country"), default="")

    def offer_countries(self, countries: dict[str, str]) -> None:
        self.country.choices = choices(countries, _l("Every country"))


class AuditFilterForm(FilterForm):
    """Filters of the log. Days are those of the reader's time zone, both ends included."""

    action = SelectField(_l("What was done"), default="")
    actor = StringField(_l("Who"), [Length(max=254)], description=_l("Number or e-mail address"))
    person = StringField(
        _l("Who or to whom"), [Length(max=254)], description=_l("Number or e-mail address")
    )
    object_type = SelectField(
        _l("On what"), choices=choices(OBJECT_NAMES, _l("Everything")), default=""
    )
    object_id = StringField(_l("Number of the object"), [Length(max=80)])
    country = SelectField(_l("Country"), default="")
    since = DateField(_l("From"), [Optional()])
    until = DateField(_l("Until"), [Optional()])
    request = StringField(_l("Number of the request"), [Length(max=32)])

    reader: queries.LogReader

    @classmethod
    def for_reader(cls, reader: queries.LogReader, countries: dict[str, str]) -> Self:
        """Offer what was ever done, and the countries whose rows the reader sees."""
        form = cls.from_address()
        form.reader = reader
        named = {action: str(ACTION_NAMES.get(action, action)) for action in logged_actions()}
        in_order = dict(sorted(named.items(), key=lambda pair: pair[1].casefold()))
        form.action.choices = choices(in_order, _l("Everything"))
        seen = reader.countries
        offered = {code: name for code, name in countries.items() if seen is None or code in seen}
        form.country.choices = choices(offered, _l("Every country"))
        return form

    def wanted(self) -> LogFilter:
        """Return what to look for; what cannot be read filters nothing, and says so."""
        found = self.filters()
        zone = ZoneInfo(select_time_zone())
        since, until = found.get("since"), found.get("until")
        return LogFilter(
            action=found.get("action", ""),
            actor_id=self._person(self.actor),
            object_type=found.get("object_type", ""),
            object_id=found.get("object_id", "").strip(),
            country_code=found.get("country", ""),
            person_id=self._person(self.person),
            since=_start_of(since, zone) if since else None,
            until=_start_of(until, zone, days_later=1) if until else None,
            request_id=found.get("request", "").strip(),
        )

    def _person(self, field: StringField) -> int | None:
        typed = (field.data or "").strip()
        return queries.person_id_of(typed, self.reader) if typed and not field.errors else None

    def validate_actor(self, field: StringField) -> None:
        if (field.data or "").strip() and self._person(field) is None:
            raise ValidationError(_l("Nobody whom you may know has this address. Try the number."))

    validate_person = validate_actor

    def validate_until(self, field: DateField) -> None:
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(_l("This day is before the first one. Choose a later day."))


def _start_of(day: date, zone: ZoneInfo, days_later: int = 0) -> datetime | None:
    """Return when a day begins; None beyond the ends of the calendar, where there is nothing to leave out."""
    try:
        return datetime.combine(day + timedelta(days_later), time(), zone).astimezone(UTC)
    except OverflowError:
        return None


class RoleForm(FlaskForm):
    """A role is always for something; only pairs that exist are offered."""

    role = SelectField(_l("Role"), choices=choices(GRANT_NAMES))
    scope_object = StringField(
        _l("Which one"),
        [Length(max=80)],
        description=_l(
            "Only where the role is for one: the country's code (KZ), "
            "or the short name of the course or cohort as in its address (digital-id, kz-2026)."
        ),
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )

    reason = StringField(_l("Reason"), REASON, description=REASON_HELP)

    def grant(self) -> tuple[str, str, str]:
        """Return role, scope and object."""
        role, _space, scope = str(self.role.data).partition(" ")
        if scope in {"self", "all"}:
            return role, scope, ""
        text = (self.scope_object.data or "").strip()
        return role, scope, text.upper() if scope == "country" else text.lower()

    def validate_scope_object(self, _field: StringField) -> None:
        if self.role.errors:
            return
        _role, scope, scope_object = self.grant()
        if scope in {"self", "all"}:
            return
        if not scope_object:
            raise ValidationError(_l("Say which one."))
        if not queries.scope_exists(scope, scope_object):
            raise ValidationError(UNKNOWN[scope])


UNKNOWN = {
    "country": _l("There is no country with this code. Write two letters, such as KZ."),
    "course": _l("There is no course with this short name. It stands in the course's address."),
    "cohort": _l("There is no cohort with this short name. It stands in the cohort's address."),
    "programme": _l("There is no programme with this short name."),
}


class PersonForm(FlaskForm):
    email = EmailField(
        _l("E-mail address"),
        [*EMAIL, plain_email],
        description=_l("A link to sign in goes there. No password is set; they choose their own."),
        render_kw={"autocomplete": "off", "inputmode": "email", "spellcheck": "false"},
    )
    given_name_latin = StringField(
        _l("Given name in Latin letters"),
        [Optional(), Length(max=100), latin_only],
        description=_l("As in the passport. They confirm it, or correct it."),
        filters=[lambda text: clean_name(text or "")],
        render_kw={"autocomplete": "off"},
    )
    family_name_latin = StringField(
        _l("Family name in Latin letters"),
        [Optional(), Length(max=100), latin_only],
        filters=[lambda text: clean_name(text or "")],
        render_kw={"autocomplete": "off"},
    )
    country_code = SelectField(_l("Country"), [InputRequired(_l("Choose the country."))])
    language = SelectField(
        _l("Language"),
        choices=choices({one.code: one.own_name for one in LANGUAGES.values()}),
        description=_l("Of the e-mail and the pages. They can change it at any time."),
    )

    _zones: dict[str, str]

    @classmethod
    def for_countries(cls, countries: Iterable[Country], language: str) -> PersonForm:
        """Offer the countries by name; the time zone follows from the choice."""
        form = cls(language=language)
        known = list(countries)
        named = country_names(known, language)
        form.country_code.choices = choices(named, _l("Choose a country"))
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


def country_names(countries: Iterable[Country], language: str) -> dict[str, str]:
    """Name countries in a language, by code, in the order of the names."""
    named = [(country.code, country_name(country.code, language)) for country in countries]
    return dict(sorted(named, key=lambda pair: pair[1]))


class MergePeopleForm(FlaskForm):
    reason = StringField(
        _l("Why they are one person"),
        [DataRequired(_l("Write the reason; it is kept in the log.")), Length(max=500)],
        description=_l("It is kept in the log. Write no more about the person than is needed."),
    )


class ReasonForm(FlaskForm):
    reason = StringField(_l("Reason"), REASON, description=REASON_HELP)


class StateForm(ReasonForm):
    was_active = HiddenField()  # what the page said: two who suspend at once do not open it again

    @classmethod
    def of(cls, person: Person) -> StateForm:
        return cls(formdata=None, was_active="y" if person.active else "")


class ErasureForm(FlaskForm):
    reason = StringField(_l("Reason"), REASON, description=REASON_HELP, id="erasure-reason")


class OpenCourseForm(FlaskForm):
    course = SelectField(_l("Course"), [InputRequired(_l("Choose the course."))])
    reason = StringField(_l("Reason"), REASON, description=REASON_HELP, id="open-reason")

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.course.choices = [SelectChoice(slug, slug) for slug in queries.course_slugs()]


class TransferForm(FlaskForm):
    country_code = SelectField(_l("Country"), [InputRequired(_l("Choose the country."))])
    reason = StringField(_l("Reason"), REASON, description=REASON_HELP, id="transfer-reason")

    @classmethod
    def for_person(cls, person: Person, countries: dict[str, str], **values: Any) -> TransferForm:
        """Offer every country but the own one: a move to where somebody is would only take roles away."""
        form = cls(**values)
        others = {code: name for code, name in countries.items() if code != person.country_code}
        form.country_code.choices = choices(others, _l("Choose a country"))
        return form


class RolesFilterForm(FilterForm):
    role = SelectField(
        _l("Role"), choices=choices(ROLE_NAMES, _l("Every role but the learner's")), default=""
    )
