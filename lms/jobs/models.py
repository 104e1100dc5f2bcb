from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Model


class Job(Model):
    """One piece of background work, written in the transaction of its cause.

    Waiting until ``finished_at`` or ``dead_at`` is set; held by a worker while ``leased_until`` lies ahead.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        Index("ix_jobs_due", "finished_at", "dead_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    handler: Mapped[str] = mapped_column(String(80))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)  # ids and plain values, never objects
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")


class RecurringRun(Model):
    """Something was begun for one period of time, and is not begun for it again."""

    __tablename__ = "recurring_runs"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    period: Mapped[str] = mapped_column(String(40), primary_key=True)  # 2026-11-25, 2026-11-25T06
    begun_at: Mapped[datetime]
