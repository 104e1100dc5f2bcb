"""What a person can do with an account. Nothing here commits."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import structlog
from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_security import hash_password, verify_password
from flask_security.utils import verify_and_update_password
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from lms.accounts import rules, signals
from lms.accounts.models import LONGEST_PATH, EndedSession, Person, RoleGrant, SignInLink
from lms.accounts.queries import open_link, open_link_count, person_by_email
from lms.audit import services as audit
from lms.errors import Conflict, LmsError
from lms.extensions import db, insert_once
from lms.jobs.services import enqueue

log = structlog.get_logger()

MOST_OPEN_LINKS = 5  # for one person at a time; more would only fill a mailbox


class WrongCredentials(LmsError):
    """Said for an unknown address, a wrong password and a suspended account alike."""

    status = 422
    message = _l(
        "This e-mail address and password do not belong together. "
        "Check both, or have a link e-mailed to you."
    )


class LinkExpired(LmsError):
    status = 410
    message = _l(
        "This sign-in link has expired or was used before. Ask for a new one on the sign-in page."
    )


class EmailTaken(Conflict):
    message = _l("Somebody with this e-mail address has an account already.")


class GrantRefused(LmsError):
    status = 403
    message = _l("This role cannot be given with that scope.")


class LastAdministrator(Conflict):
    message = _l("This is the last administrator. Give somebody else the role first.")


def create_person(email: str, *, password: str | None = None, **facts: object) -> Person:
    """Make an account. Without a password the person signs in by e-mailed link."""
    person = Person(
        email=rules.normal_email(email),
        password=_hashed_password(password) if password else None,
        fs_uniquifier=secrets.token_hex(16),
        created_at=datetime.now(UTC),
        **facts,
    )
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError as error:
        raise EmailTaken from error
    return person


def authenticate(email: str, password: str) -> Person:
    """Return the active person behind the credentials; costs the same time whoever asks."""
    person = person_by_email(email)
    if person is None or person.password is None:
        _compare_with_nobody(password)
        raise WrongCredentials
    if not has_password(person, password) or not person.active:
        log.warning("sign_in_refused", person_id=person.id)
        raise WrongCredentials
    return person


def has_password(person: Person, password: str) -> bool:
    """Tell whether this is the person's password; a hash of older settings is made anew."""
    return verify_and_update_password(rules.normal_password(password), person)


def note_sign_in(person: Person, way: str) -> None:
    """Remember that and how somebody signed in."""
    person.signed_in_at = datetime.now(UTC)
    audit.record(
        "sign_in",
        "person",
        person.id,
        actor_id=person.id,
        country_code=person.country_code,
        way=way,
    )


def end_session(person: Person, session_hash: str, expires_at: datetime) -> None:
    """Sign one browser out, for good; what had expired by itself is forgotten."""
    db.session.execute(delete(EndedSession).where(EndedSession.expires_at < datetime.now(UTC)))
    insert_once(EndedSession, session_hash=session_hash, expires_at=expires_at)
    audit.record("sign_out", "person", person.id, country_code=person.country_code)


def request_link(email: str, next_path: str = "") -> None:
    """Send a sign-in link to whoever has this address.

    A job looks whether anybody has: so the answer comes as fast for an address that nobody has.
    """
    target = next_path if len(next_path) <= LONGEST_PATH else ""
    enqueue("send_sign_in_link", email=rules.normal_email(email), next_path=target)


def make_link(email: str, next_path: str) -> None:
    """Make a sign-in link, and let it be sent; says nothing when nobody has the address."""
    person = person_by_email(email)
    if person is None or not person.active or open_link_count(person) >= MOST_OPEN_LINKS:
        return
    token = secrets.token_urlsafe(32)
    lifetime = timedelta(seconds=current_app.config["SIGN_IN_LINK_SECONDS"])
    expires_at = datetime.now(UTC) + lifetime
    db.session.add(
        SignInLink(
            token_hash=_hashed(token),
            person_id=person.id,
            next_path=next_path,
            expires_at=expires_at,
        )
    )
    signals.link_requested.send(person, token=token, minutes=round(lifetime / timedelta(minutes=1)))


def find_link(token: str) -> SignInLink:
    """Return a link that still works, without using it up: mail filters look, too."""
    link = open_link(_hashed(token))
    if link is None:
        raise LinkExpired
    return link


def use_link(token: str) -> SignInLink:
    """Use a link up: it signs its person in. Of two at once, one is refused."""
    link = find_link(token)
    claimed = db.session.scalar(
        update(SignInLink)
        .where(SignInLink.token_hash == link.token_hash, SignInLink.used_at.is_(None))
        .values(used_at=datetime.now(UTC))
        .returning(SignInLink.token_hash)
    )
    if claimed is None:
        raise LinkExpired
    return link


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


def confirm_name(
    person: Person, *, given: str, family: str, given_latin: str, family_latin: str
) -> None:
    """Set how the name is written and printed. Certificates that waited for it are issued now."""
    before = {"native": person.name_native, "latin": person.name_latin}
    person.given_name, person.family_name = given, family
    person.given_name_latin, person.family_name_latin = given_latin, family_latin
    person.name_confirmed_at = datetime.now(UTC)
    audit.record(
        "confirm_name", "person", person.id, country_code=person.country_code, before=before,
        after={"native": person.name_native, "latin": person.name_latin},
    )  # fmt: skip
    signals.name_confirmed.send(person)


def change_password(person: Person, password: str) -> None:
    """Set a password and end every session; the caller may begin a new one."""
    person.password = _hashed_password(password)
    person.fs_uniquifier = secrets.token_hex(16)
    audit.record("change_password", "person", person.id, country_code=person.country_code)


def set_active(person: Person, *, is_active: bool, reason: str) -> None:
    """Suspend an account or open it again. A suspended person's next request is refused."""
    if not is_active:
        _keep_an_administrator(person)
        person.fs_uniquifier = secrets.token_hex(16)
    person.active = is_active
    action = "reactivate" if is_active else "suspend"
    audit.record(action, "person", person.id, country_code=person.country_code, reason=reason)


def grant_role(
    grantor: Person | None, person: Person, role: str, scope: str, scope_object: str = ""
) -> RoleGrant:
    """Give a role for a scope; giving it twice changes nothing. No grantor: the system itself."""
    if scope not in rules.SCOPES_OF_ROLE.get(role, ()):
        raise GrantRefused
    if grantor is not None and not rules.may_grant(grantor.role_names, role):
        raise GrantRefused
    for grant in person.grants:
        if (grant.role, grant.scope, grant.scope_object) == (role, scope, scope_object):
            return grant
    grant = RoleGrant(
        role=role, scope=scope, scope_object=scope_object, granted_at=datetime.now(UTC),
        granted_by_id=grantor.id if grantor else None,
    )  # fmt: skip
    person.grants.append(grant)
    audit.record(
        "grant_role",
        "person",
        person.id,
        country_code=person.country_code,
        role=role,
        scope=scope,
        of=scope_object,
    )
    return grant


def withdraw_role(grant: RoleGrant) -> None:
    """Take a role away; it is gone at the person's next request."""
    if grant.role == "administrator":
        _keep_an_administrator(grant.person)
    audit.record(
        "withdraw_role", "person", grant.person_id, country_code=grant.person.country_code,
        role=grant.role, scope=grant.scope, of=grant.scope_object,
    )  # fmt: skip
    grant.person.grants.remove(grant)


def _keep_an_administrator(person: Person) -> None:
    if "administrator" not in person.role_names:
        return
    administrators = select(Person.id).where(Person.grants.any(role="administrator"))
    db.session.execute(administrators.order_by(Person.id).with_for_update())  # one at a time
    others = select(Person.id).where(
        Person.grants.any(role="administrator"), Person.active.is_(True), Person.id != person.id
    )
    if db.session.scalar(others.limit(1)) is None:
        raise LastAdministrator


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _hashed_password(password: str) -> str:
    return str(hash_password(rules.normal_password(password)))


@lru_cache
def _nobodys_password() -> str:
    return _hashed_password(secrets.token_urlsafe(32))


def _compare_with_nobody(password: str) -> None:
    """Take as long as for somebody's password: time must not tell who has an account."""
    verify_password(rules.normal_password(password), _nobodys_password())
