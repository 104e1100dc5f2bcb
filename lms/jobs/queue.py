"""huey, used only to wake the worker at once; the ``jobs`` table alone knows what there is to do."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

import structlog
from flask import Flask
from huey import SqliteHuey, crontab
from huey.api import TaskWrapper
from huey.consumer import Consumer

from lms.jobs import recurring, services

log = structlog.get_logger()
_working_for: list[
    Flask
] = []  # set in the worker's process only; huey's threads have no application of their own


def run_due() -> None:
    with _working_for[0].app_context():
        services.run_due()


def sweep() -> None:
    with _working_for[0].app_context():
        recurring.begin_due()
        services.run_due()


@lru_cache
def tasks(data_dir: Path) -> tuple[SqliteHuey, TaskWrapper]:
    """Return the process's queue and the task that wakes. The queue's file holds nothing that may not be lost."""
    huey = SqliteHuey("serai", filename=str(data_dir / "queue.db"), results=False)
    huey.periodic_task(crontab(minute="*"), name="sweep")(sweep)
    return huey, huey.task(name="wake")(run_due)


def wake(data_dir: Path, after: timedelta = timedelta(0)) -> None:
    """Tell the worker that there is something to do. Never fails its caller: the sweep finds the row anyway."""
    try:
        tasks(data_dir)[1].schedule(delay=after.total_seconds())
    except (OSError, sqlite3.Error) as error:
        log.warning("wake_failed", error=str(error))


def run_worker(app: Flask) -> None:
    """Work until stopped: woken by the queue, and by a sweep each minute for whatever a wake-up missed."""
    _working_for[:] = [app]
    huey, _task = tasks(app.config["DATA_DIR"])
    with app.app_context():
        for prepare in services.AT_START:
            prepare()
    sweep()
    Consumer(
        huey, workers=1, initial_delay=0.05, backoff=1.3, max_delay=0.5, scheduler_interval=1
    ).run()
