"""The document of a certificate: drawn with its credential inside, read back, signed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from flask import current_app

from lms.certificates import drawing, keys, queries
from lms.certificates.credentials import credential_of
from lms.certificates.models import Certificate
from lms.certificates.services import register
from lms.lib import signing

ATTACHMENT = "credential.json"


def made(certificate: Certificate) -> tuple[bytes, str]:
    """Return the signed PDF, and the credential that is attached to it. Only workers can.

    Args:
        certificate: in the register, and not erased.

    Raises:
        lms.certificates.drawing.PrintedOtherwise: a line is not on the page as it should be.
        lms.certificates.drawing.LettersMissing: a letter would be printed as an empty box.
        lms.certificates.drawing.LinesTooLong: there is no room for a line.
        lms.certificates.keys.KeyUnreadable: this process is no worker.
    """
    facts = drawing.from_json(certificate.facts)
    key = keys.current("credential")
    credential = credential_of(certificate, key, register.inclusion_of(certificate, key))
    page = drawing.draw(
        facts,
        pictures=queries.pictures_of(facts),
        attachments={ATTACHMENT: credential.encode()},
    )
    drawing.read_back(facts, page)
    return _signed(page), credential


def _signed(page: bytes) -> bytes:
    key = keys.current("document")
    return signing.sign(
        page,
        cast("EllipticCurvePrivateKey", key.private),
        key.certificate,
        [key.root],
        reason=f"Issued by {current_app.config['ISSUER_NAME']}",
        signed_at=datetime.now(UTC),
        timestamp_url=current_app.config["TIMESTAMP_URL"],
    )
