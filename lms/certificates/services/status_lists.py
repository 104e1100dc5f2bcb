"""The signed lists that say which certificates are revoked or suspended. Nothing here commits."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import ColumnElement, func, select

from lms.audit import services as audit
from lms.certificates import credentials as ours
from lms.certificates.models import Certificate, StatusList
from lms.extensions import db
from lms.lib import credentials, status_lists

if TYPE_CHECKING:
    from lms.certificates.keys import Key

VALID_FOR = timedelta(days=7)
"""So long a list that somebody took along may be believed; a new one is signed each day."""


def sign_lists(key: Key) -> None:
    """Sign every list as it is now, and one that nobody is in yet: the next certificate names it at once.

    Whoever changes a certificate's standing enters it in the log, which is locked meanwhile: so nothing is missed.
    """
    audit.begin_row()
    last = db.session.scalar(select(func.max(Certificate.id))) or 0
    for number in range(status_lists.place_of(last)[0] + 2):
        for purpose in status_lists.PURPOSES:
            db.session.merge(_signed(purpose, number, key))


def _signed(purpose: str, number: int, key: Key) -> StatusList:
    now = datetime.now(UTC)
    signed = credentials.secured(
        _list_credential(purpose, number, now),
        cast("Ed25519PrivateKey", key.private),
        ours.method_of(key.id),
        now,
    )
    text = json.dumps(signed, separators=(",", ":"))
    return StatusList(purpose=purpose, number=number, credential=text, signed_at=now)


def _list_credential(purpose: str, number: int, now: datetime) -> dict[str, Any]:
    url = ours.status_list_url(purpose, number)
    return {
        "@context": [credentials.VERIFIABLE_CREDENTIALS],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": credentials.did_web(ours.public_url()),
        "validFrom": credentials.utc(now),
        "validUntil": credentials.utc(now + VALID_FOR),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": status_lists.encoded(_places(purpose, number)),
        },
    }


def _places(purpose: str, number: int) -> list[int]:
    """Return the places that are set. What was replaced is revoked: another certificate says it now."""
    first = number * status_lists.LENGTH
    ids = select(Certificate.id).where(
        Certificate.id >= first, Certificate.id < first + status_lists.LENGTH, _is_set(purpose)
    )
    return [certificate_id - first for certificate_id in db.session.scalars(ids)]


def _is_set(purpose: str) -> ColumnElement[bool]:
    return (
        Certificate.suspended_at.is_not(None)
        if purpose == "suspension"
        else ~Certificate.is_current()
    )
