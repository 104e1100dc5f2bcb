from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, func, or_, select

from lms.accounts.models import (
    AuthenticatorApp,
    EndedSession,
    NameKey,
    NameSound,
    Person,
    RecoveryCode,
    RoleGrant,
    SignInLink,
)
from lms.accounts.rules import fold, normal_email
from lms.config import LANGUAGES
from lms.errors import NotFound
from lms.extensions import db
from lms.lib.sounds import SHORTEST_PREFIX, sound_keys

AnyQuery = TypeVar("AnyQuery", bound=Select[Any])


def person_by_email(address: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.email == normal_email(address)))


# Asked in every request: built once, because building it anew took as long as asking.
PERSON_OF_SESSION = select(Person).where(
    Person.fs_uniquifier == bindparam("uniquifier"),
    Person.active.is_(True),
    ~select(EndedSession).where(EndedSession.session_hash == bindparam("session_hash")).exists(),
)


def person_of_session(uniquifier: str, session_hash: str) -> Person | None:
    """Return whose session this is, unless it was ended or the account is suspended."""
    values = {"uniquifier": uniquifier, "session_hash": session_hash}
    return db.session.scalars(PERSON_OF_SESSION, values).unique().one_or_none()


def app_of(person: Person) -> AuthenticatorApp | None:
    """Return the person's authenticator app, set up or only begun."""
    return db.session.get(AuthenticatorApp, person.id)


def has_app(person: Person) -> bool:
    app = app_of(person)
    return app is not None and app.confirmed_at is not None


def open_recovery_code_count(person: Person) -> int:
    query = select(func.count()).where(
        RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(query) or 0


def open_link(token_hash: str) -> SignInLink | None:
    """Return a sign-in link that would still work; looking does not use it up."""
    query = (
        select(SignInLink)
        .join(SignInLink.person)
        .where(
            SignInLink.token_hash == token_hash,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > datetime.now(UTC),
            Person.active.is_(True),
        )
    )
    return db.session.scalar(query)


def open_link_count(person: Person) -> int:
    query = select(func.count()).where(
        SignInLink.person_id == person.id,
        SignInLink.used_at.is_(None),
        SignInLink.expires_at > datetime.now(UTC),
    )
    return db.session.scalar(query) or 0


def person_of(viewer: Person, person_id: int) -> Person:
    """Return somebody's account for an administrator."""
    person = db.session.get(Person, person_id)
    if person is None or "administrator" not in viewer.role_names:
        raise NotFound
    return person


def may_merge(viewer: Person, person: Person) -> bool:
    """Tell whether somebody may merge an account with another one.

    Administrators all; coordinators those of the own country who are learners and nothing else. One that was merged
    or erased is nobody's any more.
    """
    if person.merged_into_id is not None or person.erased_at is not None:
        return False
    if "administrator" in viewer.role_names:
        return True
    is_own = viewer.holds("coordinator", "country", person.country_code)
    return is_own and person.role_names <= {"learner"}


def ordered_by_name(query: AnyQuery, language: str) -> AnyQuery:
    """Sort a query of people by the alphabet of whoever reads the list, over an index.

    Everybody has a key in every language of the site: see ``models.names``, and ``people rekey`` for rows that
    were written without the models.
    """
    reads = language if language in LANGUAGES else "en"
    is_key = and_(NameKey.person_id == Person.id, NameKey.language == reads)
    return query.join(NameKey, is_key).order_by(NameKey.key, Person.id)


def list_people(
    search: str = "", role: str = "", country: str = "", language: str = "en"
) -> Select[Person]:
    """Select people for administration, filtered by part of a name or address, role and country."""
    query = ordered_by_name(select(Person), language)
    for word in search.split():
        query = query.where(matches(word))
    if role:
        query = query.where(Person.grants.any((RoleGrant.role == role) & RoleGrant.is_open()))
    if country:
        query = query.where(Person.country_code == country)
    return query


def name_matches(word: str) -> ColumnElement[bool]:
    """Compare a word of a search with the names in both scripts, by their letters and by their sound.

    Жусуп finds Жусупова and Zhusupova, Jusupova, Yussupova alike.
    """
    folded = fold(word)
    by_sound = Person.id.in_(select(NameSound.person_id).where(_sounds_like(word)))
    return or_(Person.folded_names.contains(folded), by_sound) if folded else false()


def _sounds_like(word: str) -> ColumnElement[bool]:
    """Compare sounds over the index: a whole name, or its beginning where that is long enough to tell anything."""
    keys = sound_keys(word)
    ranges = (
        and_(NameSound.sound >= key, NameSound.sound < f"{key}ZZ")  # no sound stands twice
        for key in keys
        if len(key) >= SHORTEST_PREFIX
    )
    return or_(NameSound.sound.in_(keys), *ranges)


def matches(word: str) -> ColumnElement[bool]:
    """Compare a word of a search with the names and with the address."""
    is_in_email = Person.email.contains(normal_email(word), autoescape=True)
    return or_(is_in_email, name_matches(word))
