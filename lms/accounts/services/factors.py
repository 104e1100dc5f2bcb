"""The second factor: an app that makes one-time codes, and codes for whoever lost it."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime

import structlog
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, update

from lms.accounts.models import AuthenticatorApp, Person, RecoveryCode
from lms.accounts.queries import app_of
from lms.audit import services as audit
from lms.errors import Conflict
from lms.extensions import db
from lms.lib import codes
from lms.lib.sealing import Unreadable, seal, unseal

log = structlog.get_logger()

PURPOSE = "seed of an authenticator app"


class AppIsSetUp(Conflict):
    message = _l("An app is set up already. Remove it first, then set up the new one.")


class NoAppYet(Conflict):
    message = _l("The set-up was not begun, or is done already. Open the page again.")


def begin_app(person: Person) -> None:
    """Make a new seed. It counts once a first code has shown that the app has it."""
    app = app_of(person)
    if app is not None and app.confirmed_at is not None:
        raise AppIsSetUp
    if app is None:
        app = AuthenticatorApp(person_id=person.id, last_step=0)
        db.session.add(app)
    app.sealed_seed = seal(_key(), PURPOSE, str(person.id), codes.new_seed())


def seed_of(app: AuthenticatorApp) -> bytes:
    return unseal(_key(), PURPOSE, str(app.person_id), app.sealed_seed)


def confirm_app(person: Person, typed: str) -> list[str] | None:
    """Take the first code of a new app and return the recovery codes; None for a wrong code.

    Raises:
        NoAppYet: the set-up was not begun, or of two at once, the other was faster.
    """
    app = app_of(person)
    if app is None or app.confirmed_at is not None:
        raise NoAppYet
    if not _use_step(app, typed):
        return None
    confirmed = db.session.scalar(
        update(AuthenticatorApp)
        .where(AuthenticatorApp.person_id == person.id, AuthenticatorApp.confirmed_at.is_(None))
        .values(confirmed_at=datetime.now(UTC))
        .returning(AuthenticatorApp.person_id)
    )
    if confirmed is None:
        raise NoAppYet
    audit.record("add_second_factor", "person", person.id, country_code=person.country_code)
    return _new_codes(person)


def renew_recovery_codes(person: Person) -> list[str]:
    """Make new recovery codes; the old ones stop to work."""
    audit.record("renew_recovery_codes", "person", person.id, country_code=person.country_code)
    return _new_codes(person)


def _new_codes(person: Person) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    made = codes.new_recovery_codes()
    db.session.add_all(
        RecoveryCode(person_id=person.id, code_hash=codes.recovery_hash(code)) for code in made
    )
    return made


def remove_app(person: Person, reason: str = "") -> None:
    """Take the second factor away, and end every session: it may have been stolen with the phone."""
    if app_of(person) is None:
        raise NoAppYet
    db.session.execute(delete(AuthenticatorApp).where(AuthenticatorApp.person_id == person.id))
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    person.fs_uniquifier = secrets.token_hex(16)
    audit.record(
        "remove_second_factor", "person", person.id, country_code=person.country_code, reason=reason
    )


def use_code(person: Person, typed: str) -> bool:
    """Use up a code of the app, or a recovery code. Each works once; of two at once, one is refused."""
    typed = typed.strip()
    app = app_of(person)
    if app is None or app.confirmed_at is None:
        return False
    is_right = _use_step(app, typed) or _use_recovery_code(person, typed)
    if not is_right:
        log.warning("code_refused", person_id=person.id)
    return is_right


def _use_step(app: AuthenticatorApp, typed: str) -> bool:
    try:
        step = codes.step_of(seed_of(app), typed.strip(), time.time())
    except Unreadable:  # SECRET_KEY was changed: the recovery codes still work
        log.warning("seed_unreadable", person_id=app.person_id)
        return False
    if step is None:
        return False
    used = (
        update(AuthenticatorApp)
        .where(AuthenticatorApp.person_id == app.person_id, AuthenticatorApp.last_step < step)
        .values(last_step=step)
        .returning(AuthenticatorApp.last_step)
    )
    return db.session.scalar(used) is not None


def _use_recovery_code(person: Person, typed: str) -> bool:
    used = db.session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_hash == codes.recovery_hash(typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=datetime.now(UTC))
        .returning(RecoveryCode.id)
    )
    if used is None:
        return False
    audit.record("use_recovery_code", "person", person.id, country_code=person.country_code)
    return True


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])
