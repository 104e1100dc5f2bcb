from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Model


class AuditEvent(Model):
    """One thing that somebody did. Never changed, never deleted; each row seals the one before it."""

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "object_type", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(
        index=True
    )  # plain id: a person may be erased, the row stays
    action: Mapped[str] = mapped_column(String(60), index=True)
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(80))
    country_code: Mapped[str] = mapped_column(String(2), default="", index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = mapped_column(String(500), default="")
    request_id: Mapped[str] = mapped_column(String(32), default="", index=True)
    previous_hash: Mapped[str] = mapped_column(
        String(64), unique=True
    )  # two rows cannot follow the same one
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditedValues(Model):
    """What a row of the log says about a person, kept apart: it can be erased, and the chain still holds.

    The row itself seals only a salted hash of these values.
    """

    __tablename__ = "audited_values"

    event_id: Mapped[int] = mapped_column(ForeignKey(AuditEvent.id), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(
        index=True
    )  # whose values they are; None: of somebody without an account, as in an invitation
    salt: Mapped[str] = mapped_column(String(32))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
