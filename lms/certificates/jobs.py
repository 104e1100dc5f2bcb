from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from lms.audit import services as audit
from lms.certificates import drawing, keys, queries
from lms.certificates.models import Certificate, CertificateFile
from lms.certificates.services import register
from lms.extensions import db, insert_once


def draw_certificate(certificate_id: int) -> None:
    """Draw an issued certificate's PDF and keep its bytes. Safe to run twice: it is never redrawn."""
    certificate = db.session.get_one(Certificate, certificate_id)
    if queries.file_of(certificate) is not None or certificate.erased_at is not None:
        return
    facts = drawing.from_json(certificate.facts)
    pdf = drawing.draw(facts, pictures=queries.pictures_of(facts))
    insert_once(
        CertificateFile,
        certificate_id=certificate_id,
        sha256=hashlib.sha256(pdf).hexdigest(),
        size_bytes=len(pdf),
        drawn_at=datetime.now(UTC),
        pdf=pdf,
    )


def sign_head() -> None:
    """Sign the register as it is; nothing is signed twice."""
    audit.begin_row()  # who appends holds this lock: whatever trusted this job to come is in
    register.sign_head(keys.current("credential"))
