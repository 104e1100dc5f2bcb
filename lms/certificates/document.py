"""The document of a certificate: drawn with its credential inside, read back, signed."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from flask import current_app

from lms.certificates import drawing, keys, queries
from lms.certificates.credentials import credential_of
from lms.certificates.drawing import PrintedFacts
from lms.certificates.models import Certificate
from lms.certificates.services import register
from lms.lib import pdf_text, signing

ATTACHMENT = "credential.json"
_NOT_READ = {"qr"}  # what is described to those who cannot see it


class PrintedOtherwise(RuntimeError):
    """The text of the drawn page is not what it should say; ``line`` is the first that differs.

    Nothing is signed then. ``line`` is "" where there is more text than should be.
    """

    def __init__(self, number: str, line: str, text: str) -> None:
        what = f"lacks its line {line!r}" if line else "says more than it should"
        super().__init__(f"The page of {number} {what}: {text!r}")
        self.line = line


def made(certificate: Certificate) -> tuple[bytes, str]:
    """Return the signed PDF, and the credential that is attached to it. Only workers can.

    Args:
        certificate: in the register, and not erased.

    Raises:
        PrintedOtherwise: a line is not on the page as it should be.
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
    read_back(facts, page)
    return _signed(page), credential


def read_back(facts: PrintedFacts, page: bytes) -> None:
    """Compare the text of a page with every line that it should have, letter by letter, without the spaces.

    Raises:
        PrintedOtherwise: a line is missing, or there is something else.
    """
    lines = drawing.printed_lines(facts)
    rest = _letters(pdf_text.text_of(page))
    # The longest first: a short name may be part of another line.
    for name in sorted(lines.keys() - _NOT_READ, key=lambda name: (-len(lines[name]), name)):
        if not lines[name]:
            continue
        before, found, after = rest.partition(_letters(lines[name]))
        if not found:
            raise PrintedOtherwise(facts.number, name, lines[name])
        rest = f"{before}\n{after}"
    if rest.strip():
        raise PrintedOtherwise(facts.number, "", rest.strip())


def _letters(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


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
