"""The chain: each row's hash covers its own facts and the hash before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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


ONCE_PERSONAL = {
    "confirm_name": {"before", "after"},
    "issue_certificate": {"facts"},
}
"""Details that named people, by action, before such values were kept apart. Rows of then are never changed."""


@dataclass(frozen=True)
class Change:
    """One value before and after. ``name`` is empty where the action says what it is."""

    name: str
    before: Any
    after: Any


def impersonal(action: str, details: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row tells that names nobody, for readers who may not see names."""
    hidden = ONCE_PERSONAL.get(action, set()) | {"personal_hash"}
    return {name: value for name, value in details.items() if name not in hidden}


def changes_in(details: Mapping[str, Any]) -> tuple[list[Change], dict[str, Any]]:
    """Return what was changed, and everything else that is told.

    A change is ``before`` and ``after``, both alone or both with several values by name, or ``before_x`` and ``x``.
    """
    rest = dict(details)
    changes = []
    if "before" in rest and "after" in rest:
        before, after = rest.pop("before"), rest.pop("after")
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            names = [*before, *(name for name in after if name not in before)]
            changes += [Change(name, before.get(name), after.get(name)) for name in names]
        else:
            changes.append(Change("", before, after))
    for name in [name.removeprefix("before_") for name in rest if name.startswith("before_")]:
        if name in rest or f"after_{name}" in rest:
            after = rest.pop(name, None) if name in rest else rest.pop(f"after_{name}")
            changes.append(Change(name, rest.pop(f"before_{name}"), after))
    return [change for change in changes if change.before != change.after], rest
