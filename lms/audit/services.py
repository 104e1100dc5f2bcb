from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from flask import g, has_request_context
from flask_login import current_user
from sqlalchemy import select, text

from lms.audit.models import AuditEvent
from lms.audit.rules import FIRST, SEALED, first_broken, seal
from lms.extensions import db

CHAIN_LOCK = 7_302_001  # PostgreSQL advisory lock: one writer at a time extends the chain


def record(
    action: str,
    object_type: str,
    object_id: object,
    *,
    country_code: str = "",
    reason: str = "",
    actor_id: int | None = None,
    **details: Any,
) -> None:
    """Append one row, in the transaction of what it tells about."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    db.session.flush()
    last = (
        db.session.scalar(select(AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)) or FIRST
    )
    now = datetime.now(UTC)
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
    db.session.add(AuditEvent(**facts, previous_hash=last, hash=row_hash))
    db.session.flush()


def verify() -> int | None:
    """Read the whole log; return the id of the first row that was changed, added or removed, or None."""
    query = select(AuditEvent).order_by(AuditEvent.id).execution_options(yield_per=500)
    with closing(db.session.scalars(query)) as rows:  # the first broken row ends the reading
        return first_broken((row.id, row.previous_hash, row.hash, _facts(row)) for row in rows)


def _facts(row: AuditEvent) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in SEALED}
    return {**facts, "at": row.at.isoformat()}


def _actor_id() -> int | None:
    if has_request_context() and current_user.is_authenticated:
        return int(current_user.id)
    return None
