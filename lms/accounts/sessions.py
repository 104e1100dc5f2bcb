"""The signed-in session of a browser: begun, looked at in each request, ended.

Flask keeps a session in a signed cookie. So that a copy of the cookie is worth nothing after signing
out, each session has an id, and the ids of those that were signed out are kept until it expires.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from datetime import UTC, datetime

from flask import current_app, session
from flask_login import current_user
from flask_security.utils import login_user, logout_user

from lms.accounts import queries, services
from lms.accounts.models import Person

MAILBOX_WAYS = frozenset({"link", "invitation"})
"""Ways to sign in that prove the mailbox, and may therefore set a password without the old one."""


def begin(person: Person, way: str) -> None:
    """Sign somebody in, in a new session: nothing is kept of whoever used this browser before.

    Only whoever proves to be the same person again may still send the forms that are open in other windows.
    """
    is_same = session.get("_user_id") == person.fs_uniquifier
    token = session.get("csrf_token") if is_same else None
    session.clear()
    if token:
        session["csrf_token"] = token
    login_user(person, authn_via=[way])
    session["id"] = secrets.token_urlsafe(16)
    session["way"] = way
    session["began_at"] = session["proved_at"] = int(time.time())


def prove() -> None:
    """Note that the person has proved again who is at the keyboard. The session goes on under a new name."""
    services.end_session_copy(_session_hash(), datetime.fromtimestamp(_expires_at(), UTC))
    session["id"] = secrets.token_urlsafe(16)
    session["proved_at"] = int(time.time())
    services.note_proof(current_user)


def load_person(uniquifier: str) -> Person | None:
    """Return whose session this is; None when it has ended or the account is suspended."""
    if time.time() > _expires_at():
        return None
    return queries.person_of_session(uniquifier, _session_hash())


def end() -> None:
    """Sign out: the cookie, and every copy of it."""
    if current_user.is_authenticated:
        services.end_session(
            current_user, _session_hash(), datetime.fromtimestamp(_expires_at(), UTC)
        )
    logout_user()
    session.clear()


def renew() -> None:
    """Go on in a new session, after all sessions of this person were ended."""
    proved_at = session.get("proved_at", 0)
    begin(current_user._get_current_object(), way())  # noqa: SLF001 - the person, not the proxy
    session["proved_at"] = proved_at


def way() -> str:
    """Return how this session was begun."""
    return str(session.get("way", "password"))


def _expires_at() -> float:
    lifetime_seconds = current_app.config["PERMANENT_SESSION_SECONDS"]
    return float(session.get("began_at", time.time()) + lifetime_seconds)


def _session_hash() -> str:
    return hashlib.sha256(session.get("id", "").encode()).hexdigest()
