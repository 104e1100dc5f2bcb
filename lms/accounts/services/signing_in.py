"""Signing in by password or e-mailed link, and out."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

import structlog
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, update

from lms.accounts import rules, signals
from lms.accounts.models import LONGEST_PATH, EndedSession, Person, SignInLink
from lms.accounts.queries import open_link, open_link_count, person_by_email
from lms.accounts.services.passwords import compare_with_nobody, has_password
from lms.audit import services as audit
from lms.errors import LmsError
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


class AccountMerged(WrongCredentials):
    """The password is right, so the person may know where the account went; the rest of the address stays untold."""

    def __init__(self, kept: Person) -> None:
        name, _at, host = kept.email.partition("@")
        super().__init__(
            _l(
                "This account was made one with your other one. Sign in with %(address)s.",
                address=f"{name[:1]}…@{host}",
            )
        )


class LinkExpired(LmsError):
    status = 410
    message = _l(
        "This sign-in link has expired or was used before. Ask for a new one on the sign-in page."
    )


def authenticate(email: str, password: str) -> Person:
    """Return the active person behind the credentials; costs the same time whoever asks."""
    person = person_by_email(email)
    if person is None or person.password is None:
        compare_with_nobody(password)
        raise WrongCredentials
    is_right = has_password(person, password)
    if is_right and person.merged_into_id is not None:
        raise AccountMerged(db.session.get_one(Person, person.merged_into_id))
    if not is_right or not person.active:
        log.warning("sign_in_refused", person_id=person.id)
        raise WrongCredentials
    return person


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
    end_session_copy(session_hash, expires_at)
    audit.record("sign_out", "person", person.id, country_code=person.country_code)


def end_session_copy(session_hash: str, expires_at: datetime) -> None:
    """Make every copy of a session's cookie useless."""
    db.session.execute(delete(EndedSession).where(EndedSession.expires_at < datetime.now(UTC)))
    insert_once(EndedSession, session_hash=session_hash, expires_at=expires_at)


def note_proof(person: Person) -> None:
    """Remember that somebody who was signed in proved again who it is."""
    audit.record("prove_identity", "person", person.id, country_code=person.country_code)


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


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
