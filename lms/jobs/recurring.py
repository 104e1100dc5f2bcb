"""What comes again and again: each begins exactly once in its period, also with several workers and after downtime.

A period that passed while no worker ran is not made up for: the newest one is enough.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, tuple_

from lms.extensions import db, insert_once
from lms.jobs.models import Job, RecurringRun
from lms.jobs.rules import Period
from lms.jobs.services import enqueue

RECURRING: dict[str, Period] = {}
"""Name of a handler without arguments, and how often it runs; filled by ``wiring``."""
KEPT = timedelta(days=60)


def begin_due() -> list[str]:
    """Note a job for whatever has not begun in its period; return the names. Commits."""
    now = datetime.now(UTC)
    wanted = {(name, period(now)) for name, period in RECURRING.items()}
    key = tuple_(RecurringRun.name, RecurringRun.period)
    begun = db.session.execute(
        select(RecurringRun.name, RecurringRun.period).where(key.in_(wanted))
    )
    missing = wanted - {(name, period) for name, period in begun}
    db.session.rollback()
    started = [name for name, period in sorted(missing) if _begin(name, period)]
    db.session.commit()
    return started


def _begin(name: str, period: str) -> bool:
    is_first = first_time(name, period)
    if is_first:
        enqueue(name)
    return is_first


def first_time(name: str, period: str) -> bool:
    """Tell whether this has not begun for the period yet, and note that it has. Of two at once, one is told so."""
    return insert_once(RecurringRun, name=name, period=period, begun_at=datetime.now(UTC))


def forget_old_runs() -> None:
    """Delete what no period asks for any more, and jobs that were done: some name an address."""
    old = datetime.now(UTC) - KEPT
    db.session.execute(delete(RecurringRun).where(RecurringRun.begun_at < old))
    db.session.execute(delete(Job).where(Job.finished_at < old))
