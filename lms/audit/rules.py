"""The chain: each row's hash covers its own facts and the hash before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

FIRST = "0" * 64
SEALED = (
    "at", "actor_id", "action", "object_type", "object_id", "country_code", "details", "reason", "request_id",
)  # fmt: skip


def seal(previous_hash: str, facts: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hex, of a row's facts after ``previous_hash``. Times are ISO 8601 in UTC."""
    body = json.dumps({name: facts[name] for name in SEALED}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{previous_hash}\n{body}".encode()).hexdigest()


def personal_hash(salt: str, values: Mapping[str, Any]) -> str:
    """Return what the chain seals of values about a person: from it alone, nobody can guess them."""
    body = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{salt}\n{body}".encode()).hexdigest()


def first_broken(rows: Iterable[tuple[int, str, str, Mapping[str, Any]]]) -> int | None:
    """Return the id of the first row that does not follow from the one before it, or None.

    Args:
        rows: ``(id, previous_hash, hash, facts)`` in the order of the log.
    """
    expected = FIRST
    for row_id, previous_hash, row_hash, facts in rows:
        if previous_hash != expected or row_hash != seal(previous_hash, facts):
            return row_id
        expected = row_hash
    return None
