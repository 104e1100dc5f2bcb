"""The document of a certificate: drawn with its credential inside, read back, signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from flask import current_app

from lms.certificates import drawing, keys, queries
from lms.certificates.credentials import credential_of
from lms.certificates.keys import Key
from lms.certificates.models import Certificate
from lms.certificates.services import register
from lms.lib import signing

ATTACHMENT = "credential.json"


@dataclass(frozen=True)
class Draft:
    """Everything that a document takes: while it is drawn, nothing is asked of the database."""

    facts: drawing.PrintedFacts
    pictures: dict[str, bytes]  # PNG by fingerprint
    credential: str
    key: Key  # that signs the document


def draft_of(certificate: Certificate) -> Draft:
    """Collect what the document of a certificate takes. Only workers can.

    Args:
        certificate: in the register, and not erased.

    Raises:
        lms.certificates.keys.KeyUnreadable: this process is no worker.
    """
    facts = drawing.from_json(certificate.facts)
    key = keys.current("credential")
    credential = credential_of(certificate, key, register.inclusion_of(certificate, key))
    return Draft(facts, queries.pictures_of(facts), credential, keys.current("document"))


def made(draft: Draft) -> bytes:
    """Return the signed PDF.

    Raises:
        lms.certificates.drawing.PrintedOtherwise: a line is not on the page as it should be.
        lms.certificates.drawing.LettersMissing: a letter would be printed as an empty box.
        lms.certificates.drawing.LinesTooLong: there is no room for a line.
    """
    page = drawing.draw(
        draft.facts,
        pictures=draft.pictures,
        attachments={ATTACHMENT: draft.credential.encode()},
    )
    drawing.read_back(draft.facts, page)
    return _signed(page, draft.key)


def _signed(page: bytes, key: Key) -> bytes:
    return signing.sign(
        page,
        cast("EllipticCurvePrivateKey", key.private),
        key.certificate,
        [key.root],
        reason=f"Issued by {current_app.config['ISSUER_NAME']}",
        signed_at=datetime.now(UTC),
        timestamp_url=current_app.config["TIMESTAMP_URL"],
    )
