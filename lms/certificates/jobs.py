from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from lms.certificates import drawing
from lms.certificates.models import Certificate, CertificateFile
from lms.extensions import db, insert_once


def draw_certificate(certificate_id: int) -> None:
    """Draw an issued certificate's PDF and keep its bytes. Safe to run twice: it is never redrawn."""
    if db.session.get(CertificateFile, certificate_id) is not None:
        return
    certificate = db.session.get_one(Certificate, certificate_id)
    pdf = drawing.draw(drawing.from_json(certificate.facts))
    insert_once(
        CertificateFile, certificate_id=certificate_id, sha256=hashlib.sha256(pdf).hexdigest(), size_bytes=len(pdf),
        drawn_at=datetime.now(UTC), pdf=pdf,
    )  # fmt: skip
