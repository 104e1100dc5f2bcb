from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from lms.certificates import drawing, queries
from lms.certificates.models import Certificate, CertificateFile
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
