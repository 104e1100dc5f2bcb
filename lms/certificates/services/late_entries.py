"""Entering certificates that are older than the register."""

from __future__ import annotations

import secrets

from sqlalchemy import String, cast, select

from lms.audit import services as audit
from lms.audit.models import AuditEvent
from lms.certificates.leaves import moment
from lms.certificates.models import Certificate, RegisterEntry
from lms.certificates.services import register
from lms.extensions import db

AT_ONCE = 500


def append_missing() -> int:
    """Enter some of the certificates that have no entry; return how many, 0 when none is left.

    Only what the log of who did what knows to have been issued: a row that somebody slipped into the table stays
    without an entry, and whoever reads the register again is told.
    """
    audit.begin_row()
    entered = select(RegisterEntry.index).where(RegisterEntry.certificate_id == Certificate.id)
    issued = select(AuditEvent.id).where(
        AuditEvent.object_type == "certificate",
        AuditEvent.object_id == cast(Certificate.number, String(80)),
        AuditEvent.action == "issue_certificate",
    )
    missing = select(Certificate).where(~entered.exists(), issued.exists())
    found = list(db.session.scalars(missing.order_by(Certificate.id).limit(AT_ONCE)))
    if found:
        numbers = [certificate.number for certificate in found]
        audit.record("enter_late", "register", len(found), first=numbers[0], last=numbers[-1])
    for certificate in found:
        _enter(certificate)
    return len(found)


def _enter(certificate: Certificate) -> None:
    """Enter what has happened so far. An erased certificate names nobody, so its salt may stay."""
    if certificate.salt is None:
        certificate.salt = secrets.token_bytes(32)
    register.append(certificate, "issue")
    if certificate.revoked_at is not None:
        since = moment(certificate.revoked_at)
        register.append(certificate, "revoke", reason=certificate.revocation_reason, since=since)
