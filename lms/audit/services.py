from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import g, has_request_context
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import delete, insert, select, text

from lms.audit.models import AuditedValues, AuditEvent
from lms.audit.rules import FIRST, SEALED, first_broken, personal_hash, seal
from lms.errors import LmsError
from lms.extensions import db

CHAIN_LOCK = 7_302_001  # PostgreSQL advisory lock: one writer at a time extends the chain
BETWEEN_EXPORTS = timedelta(hours=1)


def record(
    action: str,
    object_type: str,
    object_id: object,
    *,
    country_code: str = "",
    reason: str = "",
    actor_id: int | None = None,
    personal: Mapping[str, Any] | None = None,
    person_id: int | None = None,
    **details: Any,
) -> None:
    """Append one row, in the transaction of what it tells about.

    ``details`` name nobody. Names, addresses and free text of ``person_id`` (left out: of the person whom the row is
    about) go into ``personal``, which is kept apart and can be erased; the chain seals only a salted hash of it.
    """
    begin_row()
    salt = secrets.token_hex(16)
    if personal is not None:
        details["personal_hash"] = personal_hash(salt, personal)
    query = select(AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)
    last, now = db.session.scalar(query) or FIRST, datetime.now(UTC)
    facts: dict[str, Any] = {
        "at": now,
        "actor_id": actor_id if actor_id is not None else _actor_id(),
        "action": action,
        "object_type": object_type,
        "object_id": str(object_id),
        "country_code": country_code,
        "details": details,
        "reason": reason,
        "request_id": g.get("request_id", "") if has_request_context() else "",
    }
    row_hash = seal(last, {**facts, "at": now.isoformat()})
    event = AuditEvent(**facts, previous_hash=last, hash=row_hash)
    db.session.add(event)
    db.session.flush()
    if personal is not None:
        _keep(event, personal, salt, person_id)


def record_many(
    action: str,
    object_type: str,
    object_ids: Iterable[object],
    *,
    actor_id: int,
    country_code: str = "",
    **details: Any,
) -> None:
    """Append one row for each of many objects to which the same was done, as ``record`` does, in one statement."""
    begin_row()
    query = select(AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)
    last, now = db.session.scalar(query) or FIRST, datetime.now(UTC)
    rows: list[dict[str, Any]] = []
    for object_id in object_ids:
        facts: dict[str, Any] = {
            "at": now,
            "actor_id": actor_id,
            "action": action,
            "object_type": object_type,
            "object_id": str(object_id),
            "country_code": country_code,
            "details": details,
            "reason": "",
            "request_id": g.get("request_id", "") if has_request_context() else "",
        }
        row_hash = seal(last, {**facts, "at": now.isoformat()})
        rows.append({**facts, "previous_hash": last, "hash": row_hash})
        last = row_hash
    if rows:
        db.session.execute(insert(AuditEvent), rows)


def _keep(event: AuditEvent, personal: Mapping[str, Any], salt: str, whose: int | None) -> None:
    if whose is None and event.object_type == "person":
        whose = int(event.object_id)
    db.session.add(AuditedValues(event_id=event.id, person_id=whose, salt=salt, values=personal))
    db.session.flush()


def begin_row() -> None:
    """Wait until nobody else extends the chain; what is read now stays true until the end of the transaction."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    db.session.flush()


def forget_person(person_id: int) -> None:
    """Erase what the log says about somebody. The rows stay, and the chain still holds."""
    db.session.execute(delete(AuditedValues).where(AuditedValues.person_id == person_id))


class ExportedLately(LmsError):
    status = 429
    message = _l(
        "You took this table out less than an hour ago. Use that file, or come back in an hour."
    )


def note_export(
    kind: str,
    object_type: str,
    object_id: object,
    content: bytes,
    *,
    row_count: int,
    country_code: str = "",
    **details: Any,
) -> None:
    """Note that somebody takes out a table with names, with its number of rows and the hash of the file.

    Raises:
        ExportedLately: one table of a kind per person and hour; of two at once, the second is refused.
    """
    begin_row()
    refuse_second_export(kind)
    record(
        "export", object_type, object_id, country_code=country_code, kind=kind, rows=row_count,
        sha256=hashlib.sha256(content).hexdigest(), **details,
    )  # fmt: skip


def refuse_second_export(kind: str) -> None:
    """Raise ``ExportedLately`` if whoever asks has taken out a table of this kind within the hour."""
    query = select(AuditEvent.details).where(
        AuditEvent.actor_id == _actor_id(),
        AuditEvent.action == "export",
        AuditEvent.at > datetime.now(UTC) - BETWEEN_EXPORTS,
    )
    if any(details.get("kind") == kind for details in db.session.scalars(query)):
        raise ExportedLately


def verify() -> int | None:
    """Read the whole log; return the id of the first row that was changed, added or removed, or None."""
    query = (
        select(AuditEvent, AuditedValues)
        .outerjoin(AuditedValues, AuditedValues.event_id == AuditEvent.id)
        .order_by(AuditEvent.id)
        .execution_options(yield_per=500)
    )
    with closing(db.session.execute(query)) as rows:  # the first broken row ends the reading
        return first_broken(
            (row.id, row.previous_hash, row.hash, _facts(row, values)) for row, values in rows
        )


def _facts(row: AuditEvent, values: AuditedValues | None) -> dict[str, Any]:
    """Return what the row's hash must cover: personal values that are still there as they are now."""
    facts = {name: getattr(row, name) for name in SEALED}
    facts["at"] = row.at.isoformat()
    if values is not None:
        found = personal_hash(values.salt, values.values)
        facts["details"] = {**row.details, "personal_hash": found}
    return facts


def _actor_id() -> int | None:
    if has_request_context() and current_user.is_authenticated:
        return int(current_user.id)
    return None
