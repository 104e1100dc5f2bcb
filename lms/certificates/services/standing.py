"""What changes the standing of a certificate. Nothing here commits; receivers of signals never refuse."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.certificates import signals
from lms.certificates.models import Certificate
from lms.certificates.services import register
from lms.errors import Conflict
from lms.extensions import db


class AlreadyRevoked(Conflict):
    message = _l("This certificate was revoked already. Open it again to see when and why.")


def revoke_certificate(
    officer: Person, certificate: Certificate, *, reason: str, note: str
) -> None:
    """Revoke with a public reason class and a note for the register. The PDF is never changed.

    Raises:
        AlreadyRevoked: of two at once, the second is refused.
    """
    revoked = db.session.scalar(
        update(Certificate)
        .where(Certificate.id == certificate.id, Certificate.revoked_at.is_(None))
        .values(
            revoked_at=datetime.now(UTC),
            revoked_by_id=officer.id,
            revocation_reason=reason,
            revocation_note=note,
        )
        .returning(Certificate.id)
    )
    if revoked is None:
        raise AlreadyRevoked
    db.session.refresh(certificate)
    audit.record(
        "revoke_certificate",
        "certificate",
        certificate.number,
        country_code=certificate.country_code,
        reason=note,
        reason_class=reason,
    )
    register.append(certificate, "revoke", reason=reason)
    holder = db.session.get_one(Person, certificate.person_id)
    signals.revoked.send(
        holder, number=certificate.number, course_title=certificate.facts["course_title"]
    )
