"""What the register keeps of an event: a hash that can be computed again with its salt, and tells nothing without."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lms.lib import merkle
from lms.lib.canonical import canonical


def moment(at: datetime) -> str:
    """Return a time as leaves have it: ISO 8601 in UTC, in whole seconds."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def leaf_of(
    salt: bytes,
    *,
    number: str,
    event: str,
    at: str,
    facts: Mapping[str, Any],
    detail: Mapping[str, Any],
) -> bytes:
    """Return the hash of an event's leaf.

    Args:
        salt: of the certificate.
        number: of the certificate.
        event: issue, revoke, suspend, lift or replace.
        at: as ``moment`` writes it.
        facts: all that the certificate says, with its issue; later events have none.
        detail: what else belongs to the event, such as the class of a reason.
    """
    told = {"number": number, "event": event, "at": at, "facts": facts, "detail": detail}
    return merkle.leaf_hash(hashlib.sha256(salt + canonical(told)).digest())
