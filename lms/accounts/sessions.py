"""The signed-in session of a browser: begun, looked at in each request, ended.

Flask keeps a session in a signed cookie. So that a copy of the cookie is worth nothing after signing
out, each session has an id, and the ids of those that were signed out are kept until it expires.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app, session
from flask_login import current_user
from flask_security.utils import login_user, logout_user

from lms.accounts import queries, services
from lms.accounts.models import Person
from lms.accounts.services import privacy

CODE_SECONDS = 10 * 60  # to write the code after the password
MAILBOX_WAYS = frozenset({"link", "invitation"})
"""Ways to sign in that prove the mailbox, and may therefore set a password without the old one."""


def begin(person: Person, way: str, *, has_factor: bool = False) -> None:
    """Sign somebody in, in a new session: nothing is kept of whoever used this browser before.

    Only whoever proves to be the same person again may still send the forms that are open in other windows.
    """
    _clear_for(person)
    login_user(person, authn_via=[way])
    session["id"] = secrets.token_urlsafe(16)
    session["way"] = way
    if privacy.open_notice(person) is not None:
        session["asks_privacy"] = True
    session["began_at"] = session["proved_at"] = session["seen_at"] = int(time.time())
    if has_factor:
        session["has_factor"] = True


def _clear_for(person: Person) -> None:
    half = session.get("half") or {}
    is_same = person.fs_uniquifier in {session.get("_user_id"), half.get("who")}
    token = session.get("csrf_token") if is_same else None
    session.clear()
    if token:
        session["csrf_token"] = token


@dataclass(frozen=True)
class Half:
    """Somebody whose password (or mailbox) was right, and whose code is still missing."""

    person: Person
    way: str
    target: str


def begin_half(person: Person, way: str, target: str) -> None:
    """Remember who has still to write a code. Nobody is signed in by that."""
    _clear_for(person)
    who, now = person.fs_uniquifier, int(time.time())
    session["half"] = {"who": who, "way": way, "target": target, "at": now}


def half_signed_in() -> Half | None:
    half = session.get("half")
    if not half or time.time() - half["at"] > CODE_SECONDS:
        return None
    person = queries.person_of_session(half["who"], "")
    return Half(person, half["way"], half["target"]) if person else None


def prove(*, has_factor: bool) -> None:
    """Note that the person has proved again who is at the keyboard. The session goes on under a new name."""
    services.end_session_copy(_session_hash(), datetime.fromtimestamp(_expires_at(), UTC))
    session["id"] = secrets.token_urlsafe(16)
    session["proved_at"] = session["seen_at"] = int(time.time())
    if has_factor:
        session["has_factor"] = True
    services.note_proof(current_user)


def load_person(uniquifier: str) -> Person | None:
    """Return whose session this is; None when it has ended or the account is suspended."""
    if time.time() > _expires_at():
        return None
    person = queries.person_of_session(uniquifier, _session_hash())
    if person is not None and person.is_staff and time.time() > _staff_expires_at():
        return None
    return person


def end() -> None:
    """Sign out: the cookie, and every copy of it."""
    if current_user.is_authenticated:
        services.end_session(
            current_user, _session_hash(), datetime.fromtimestamp(_expires_at(), UTC)
        )
    logout_user()
    session.clear()


def renew() -> None:
    """Go on in a new session, after all sessions of this person were ended. It has proved no more than the old one."""
    proved_at, has_factor = session.get("proved_at", 0), session.get("has_factor", False)
    begin(myself(), way(), has_factor=has_factor and queries.has_app(current_user))
    session["proved_at"] = proved_at


def myself() -> Person:
    """Return who is signed in: the person, where Flask-Login's proxy will not do."""
    person: Person = current_user._get_current_object()  # noqa: SLF001 - it has no public name
    return person


def way() -> str:
    """Return how this session was begun."""
    return str(session.get("way", "password"))


def _expires_at() -> float:
    return _began_at() + float(current_app.config["PERMANENT_SESSION_SECONDS"])


def _staff_expires_at() -> float:
    return _began_at() + float(current_app.config["STAFF_SESSION_SECONDS"])


def _began_at() -> float:
    return float(session.get("began_at", time.time()))


def _session_hash() -> str:
    return hashlib.sha256(session.get("id", "").encode()).hexdigest()
