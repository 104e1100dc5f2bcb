"""What changes the standing of a certificate. Nothing here commits; receivers of signals never refuse."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from blinker import Signal
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, update

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.certificates import signals
from lms.certificates.models import Certificate
from lms.certificates.services import register
from lms.certificates.services.issuing import AlreadyIssued, issue_certificate, issue_held_up
from lms.errors import Conflict
from lms.extensions import db
from lms.jobs.services import enqueue_unless_waiting
from lms.quizzes.services.oneself import refuse_own


class AlreadyRevoked(Conflict):
    message = _l("This certificate was revoked already. Open it again to see when and why.")


class AlreadyReplaced(Conflict):
    message = _l("This certificate was replaced already. Open it again to see by which one.")


class AlreadySuspended(Conflict):
    message = _l("This certificate is suspended already. Open it again to see since when.")


class NotSuspended(Conflict):
    message = _l("This certificate is not suspended. Open it again to see how it stands.")


class HolderErased(Conflict):
    message = _l(
        "The holder's name was erased at the holder's wish, so no certificate can be issued in its place."
    )


def revoke_certificate(
    officer: Person, certificate: Certificate, *, reason: str, note: str
) -> None:
    """Revoke with a public reason class and a note for the register. The PDF is never changed.

    Raises:
        AlreadyRevoked, AlreadyReplaced: of two at once, the second is refused.
    """
    _change(
        certificate,
        Certificate.is_current(),
        revoked_at=datetime.now(UTC),
        revoked_by_id=officer.id,
        revocation_reason=reason,
        revocation_note=note,
    )
    _note(certificate, "revoke", note, {"reason_class": reason}, reason=reason)
    _tell(certificate, signals.revoked)


def suspend_certificate(officer: Person, certificate: Certificate, *, reason: str) -> None:
    """Let a certificate not hold for now, for instance while something is looked into.

    Raises:
        AboutOneself: it is the officer's own.
        AlreadySuspended, AlreadyRevoked, AlreadyReplaced: of two at once, the second is refused.
    """
    refuse_own(officer, certificate.person_id)
    free = Certificate.is_current() & Certificate.suspended_at.is_(None)
    _change(certificate, free, suspended_at=datetime.now(UTC))
    _note(certificate, "suspend", reason)
    _tell(certificate, signals.suspended)


def lift_suspension(officer: Person, certificate: Certificate, *, reason: str) -> None:
    """Let a suspended certificate hold again, and issue what waited only for that where the course does it by itself.

    Raises:
        AboutOneself: it is the officer's own.
        NotSuspended, AlreadyRevoked, AlreadyReplaced: of two at once, the second is refused.
    """
    refuse_own(officer, certificate.person_id)
    held = Certificate.is_current() & Certificate.suspended_at.is_not(None)
    _change(certificate, held, suspended_at=None)
    _note(certificate, "lift", reason)
    _tell(certificate, signals.lifted)
    issue_held_up(certificate)


def replace_certificate(
    officer: Person, certificate: Certificate, *, reason: str, is_told: bool = True
) -> Certificate:
    """Issue the same certificate anew in the name that its holder bears now; the old one says by which it was replaced.

    A suspension goes over to the new one.

    Args:
        officer: who decides it.
        certificate: neither revoked nor replaced.
        reason: for the log.
        is_told: whether the holder gets a message of this one.

    Raises:
        AboutOneself: it is the officer's own.
        AlreadyRevoked, AlreadyReplaced: of two at once, the second is refused.
        NotEligible: the name cannot be printed.
    """
    refuse_own(officer, certificate.person_id)
    if certificate.erased_at is not None:
        raise HolderErased
    _lock(certificate)
    _refuse_ended(certificate)
    try:
        new = issue_certificate(officer, certificate.occasion, replaces=certificate)
    except AlreadyIssued as error:
        raise AlreadyReplaced from error
    _change(
        certificate,
        Certificate.is_current(),
        replaced_at=datetime.now(UTC),
        replaced_by_id=new.id,
    )
    _note(certificate, "replace", reason, {"number": new.number}, by=new.number)
    if certificate.suspended_at is not None:
        _change(new, Certificate.is_current(), suspended_at=certificate.suspended_at)
        _note(new, "suspend", reason)
    if is_told:
        _tell(certificate, signals.replaced, new_number=new.number)
    return new


def _change(certificate: Certificate, condition: ColumnElement[bool], **values: Any) -> None:
    """Claim the row with one statement, or say what has become of it; the log is locked first, as below."""
    audit.begin_row()
    changed = db.session.scalar(
        update(Certificate)
        .where(Certificate.id == certificate.id, condition)
        .values(**values)
        .returning(Certificate.id)
        .execution_options(synchronize_session=False)
    )
    now = db.session.get_one(Certificate, certificate.id, populate_existing=True)
    if changed is None:
        _refuse_ended(now)
        raise NotSuspended if now.suspended_at is None else AlreadySuspended


def _lock(certificate: Certificate) -> None:
    """Lock the log, then the row: whoever replaces several at once holds the log before the second one."""
    audit.begin_row()
    db.session.refresh(certificate, with_for_update=True)


def _refuse_ended(certificate: Certificate) -> None:
    if certificate.revoked_at is not None:
        raise AlreadyRevoked
    if certificate.replaced_at is not None:
        raise AlreadyReplaced


def _note(
    certificate: Certificate,
    event: str,
    why: str,
    logged: dict[str, Any] | None = None,
    **public: Any,
) -> None:
    """Write the log and the register, and let the lists of revoked and suspended certificates be signed anew."""
    audit.record(
        f"{event}_certificate", "certificate", certificate.number,
        country_code=certificate.country_code, reason=why, **(logged or {}),
    )  # fmt: skip
    register.append(certificate, event, **public)
    enqueue_unless_waiting("sign_status_lists")


def _tell(certificate: Certificate, what: Signal, **facts: Any) -> None:
    holder = db.session.get_one(Person, certificate.person_id)
    course_title = certificate.facts["course_title"]
    what.send(holder, number=certificate.number, course_title=course_title, **facts)
