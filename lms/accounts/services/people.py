"""Accounts and what stands in them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from lms.accounts import rules, signals
from lms.accounts.models import Person
from lms.accounts.services.passwords import hashed_password
from lms.accounts.services.roles import keep_an_administrator, withdraw_role
from lms.audit import services as audit
from lms.errors import Conflict
from lms.extensions import db

Name = tuple[str, str, str, str]
"""Given and family name as written by whoever bears it, then both in Latin letters."""


class EmailTaken(Conflict):
    message = _l("Somebody with this e-mail address has an account already.")


class NameFrozen(Conflict):
    message = _l(
        "Your name stands on a certificate, so it is not changed here. Ask for a change of name under Account:"
        " an officer decides about it, and the certificate is issued anew."
    )


class AccountIsMerged(Conflict):
    message = _l(
        "This account was merged into another one and stays closed. Look at that one instead."
    )


class AlreadyErased(Conflict):
    message = _l("What was kept about this person is erased already.")


def create_person(email: str, *, password: str | None = None, **facts: object) -> Person:
    """Make an account. Without a password the person signs in by e-mailed link."""
    person = _new_person(email, password=hashed_password(password) if password else None, **facts)
    _keep([person])
    return person


def create_people(facts: Iterable[dict[str, Any]]) -> list[Person]:
    """Make many accounts without a password at once: all of them, or none when an address is taken."""
    people = [_new_person(**one) for one in facts]
    _keep(people)
    return people


def _new_person(email: str, **facts: object) -> Person:
    return Person(
        email=rules.normal_email(email),
        fs_uniquifier=secrets.token_hex(16),
        created_at=datetime.now(UTC),
        **facts,
    )


def _keep(people: list[Person]) -> None:
    try:
        with db.session.begin_nested():
            db.session.add_all(people)
    except IntegrityError as error:
        raise EmailTaken from error


def choose_language(person: Person, language: str) -> None:
    """Set the language of pages and messages."""
    _note_choice(person, "choose_language", person.language, language)
    person.language = language


def choose_time_zone(person: Person, time_zone: str) -> None:
    """Set the zone in which times are shown."""
    _note_choice(person, "choose_time_zone", person.time_zone, time_zone)
    person.time_zone = time_zone


def _note_choice(person: Person, action: str, before: str, after: str) -> None:
    if before != after:
        audit.record(
            action,
            "person",
            person.id,
            country_code=person.country_code,
            before=before,
            after=after,
        )


def name_lock(person: Person) -> str:
    """Return where somebody asks for another name; "" while they may write it themselves."""
    return next((address for lock in rules.NAME_LOCKS if (address := lock(person))), "")


def confirm_name(
    person: Person, *, given: str, family: str, given_latin: str, family_latin: str
) -> None:
    """Set how the name is written and printed. Certificates that waited for it are issued now.

    Raises:
        NameFrozen: it would be another name than that on a certificate.
    """
    wanted = (given, family, given_latin, family_latin)
    if wanted != _parts(person) and name_lock(person):
        raise NameFrozen
    _set_name(person, wanted, "confirm_name")
    signals.name_confirmed.send(person)


def change_name(
    person: Person, *, given: str, family: str, given_latin: str, family_latin: str
) -> None:
    """Set another name than that on certificates. Whoever calls it sees to it that they are issued anew."""
    _set_name(person, (given, family, given_latin, family_latin), "change_name")


def _set_name(person: Person, name: Name, action: str) -> None:
    before = {"native": person.name_native, "latin": person.name_latin}
    person.given_name, person.family_name, person.given_name_latin, person.family_name_latin = name
    person.name_confirmed_at = datetime.now(UTC)
    audit.record(
        action, "person", person.id, country_code=person.country_code,
        personal={
            "before": before,
            "after": {"native": person.name_native, "latin": person.name_latin},
        },
    )  # fmt: skip


def _parts(person: Person) -> Name:
    return (
        person.given_name,
        person.family_name,
        person.given_name_latin,
        person.family_name_latin,
    )


def transfer_person(person: Person, country_code: str, *, reason: str) -> None:
    """Move somebody to another country. What was given inside the old one ends in the same moment."""
    for grant in [one for one in person.grants if one.scope not in {"self", "all"}]:
        withdraw_role(grant, reason)
    before, person.country_code = person.country_code, country_code
    audit.record(
        "transfer_person", "person", person.id, country_code=before, reason=reason,
        before=before, after=country_code,
    )  # fmt: skip


def set_active(person: Person, *, is_active: bool, reason: str) -> None:
    """Suspend an account or open it again. A suspended person's next request is refused."""
    if is_active and person.merged_into_id is not None:
        raise AccountIsMerged
    if is_active and person.erased_at is not None:
        raise AlreadyErased
    if not is_active:
        keep_an_administrator(person)
        person.fs_uniquifier = secrets.token_hex(16)
    person.active = is_active
    action = "reactivate" if is_active else "suspend"
    audit.record(action, "person", person.id, country_code=person.country_code, reason=reason)
