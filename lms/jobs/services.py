"""The outbox: a job's row commits with its cause; the queue is only woken after that."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import event, or_, select, update

from lms.extensions import db
from lms.jobs.models import Job
from lms.jobs.rules import wait_after

log = structlog.get_logger()
Handler = Callable[..., None]
HANDLERS: dict[str, Handler] = {}
"""Name to function; filled by ``wiring``."""
AT_START: list[Callable[[], None]] = []
"""What a worker does before anything else; filled by ``wiring``."""
WAITING = (Job.finished_at.is_(None), Job.dead_at.is_(None))


def enqueue(handler: str, *, due_at: datetime | None = None, **arguments: Any) -> Job:
    """Note a job; it runs after the caller's commit, and not at all after a rollback."""
    if handler not in HANDLERS:
        raise LookupError(f"No job handler is called {handler!r}")
    now = datetime.now(UTC)
    job = Job(handler=handler, arguments=arguments, created_at=now, due_at=due_at or now)
    db.session.add(job)
    _plan_wake()
    return job


def _plan_wake() -> None:
    if not db.session.info.get("wake_is_planned"):
        db.session.info["wake_is_planned"] = True
        event.listen(db.session(), "after_commit", _wake_once, once=True)


def enqueue_unless_waiting(handler: str) -> None:
    """Note a job without arguments, unless one waits for a worker already and so will see what is done now.

    For handlers that begin with the lock under which this is called: then none has looked too early.
    """
    is_waiting = (*WAITING, Job.due_at <= datetime.now(UTC), Job.leased_until.is_(None))
    query = select(Job.id).where(Job.handler == handler, *is_waiting)
    if db.session.scalar(query.order_by(Job.due_at).limit(1)) is None:
        enqueue(handler)


def _wake_once(session: Any) -> None:
    session.info.pop("wake_is_planned", None)
    _wake()


def _wake(after: timedelta = timedelta(0)) -> None:
    from lms.jobs.queue import (
        wake,
    )  # huey costs the start of a web process nothing until something is queued

    if current_app.config["JOBS_WAKE_WORKER"]:
        wake(current_app.config["DATA_DIR"], after)


def still_to_do(handler: str) -> list[dict[str, Any]]:
    """List the arguments of a handler's jobs that are neither done nor given up."""
    query = select(Job.arguments).where(*WAITING, Job.handler == handler)
    return list(db.session.scalars(query))


def given_up(handler: str) -> list[Job]:
    """List a handler's jobs that failed once too often."""
    is_dead = (Job.finished_at.is_(None), Job.dead_at.is_not(None))
    return list(db.session.scalars(select(Job).where(*is_dead, Job.handler == handler)))


def revive(dead: Iterable[Job]) -> int:
    """Let jobs that were given up run anew; return how many there were. Of two at once, one revives each."""
    now = datetime.now(UTC)
    revived = db.session.scalars(
        update(Job)
        .where(Job.id.in_([job.id for job in dead]), Job.dead_at.is_not(None))
        .values(dead_at=None, leased_until=None, tries=0, due_at=now)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).all()
    if revived:
        _plan_wake()
    return len(revived)


def run_due(limit: int = 100) -> int:
    """Run what is due, one job after the other; return how many ran."""
    ran = 0
    while ran < limit and (job_id := claim_next()) is not None:
        run(job_id)
        ran += 1
    return ran


def claim_next() -> int | None:
    """Lease one due job; None when nothing is due. Two who ask at once get different jobs."""
    now = datetime.now(UTC)
    _bury_what_ends_workers(now)
    is_free = or_(Job.leased_until.is_(None), Job.leased_until < now)
    is_due = (*WAITING, Job.due_at <= now, is_free)
    found = select(Job.id).where(*is_due).order_by(Job.due_at, Job.id).limit(1)
    lease = now + timedelta(seconds=current_app.config["JOB_LEASE_SECONDS"])
    claimed = db.session.scalar(
        update(Job)
        .where(Job.id == found.with_for_update(skip_locked=True).scalar_subquery(), *is_due)
        .values(leased_until=lease, tries=Job.tries + 1)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return claimed


def _bury_what_ends_workers(now: datetime) -> None:
    """Give up on jobs whose every try ended with the worker itself, so without a word of why."""
    is_over = (Job.leased_until < now, Job.tries >= current_app.config["JOB_MAX_TRIES"])
    db.session.execute(
        update(Job)
        .where(*WAITING, *is_over)
        .values(dead_at=now, leased_until=None, last_error="The worker ended in the middle.")
        .execution_options(synchronize_session=False)
    )


def run(job_id: int) -> None:
    """Run a leased job: its effect and its end commit together; a failure waits longer each time, then is dead."""
    job = db.session.get_one(Job, job_id)
    try:
        HANDLERS[job.handler](**job.arguments)
        job.finished_at = datetime.now(UTC)
        db.session.commit()
    except Exception as error:  # noqa: BLE001 - a bad job must not stop the others
        db.session.rollback()
        _note_failure(job_id, error)


def _note_failure(job_id: int, error: Exception) -> None:
    job = db.session.get_one(Job, job_id)
    now = datetime.now(UTC)
    job.last_error = f"{type(error).__name__}: {error}"[:2000]
    job.leased_until = None
    job.due_at = now + wait_after(job.tries)
    if job.tries >= current_app.config["JOB_MAX_TRIES"]:
        job.dead_at = now
    db.session.commit()
    _wake(wait_after(job.tries))
    log.error(
        "job_failed", job_id=job_id, handler=job.handler, tries=job.tries, error=job.last_error
    )
