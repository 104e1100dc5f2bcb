"""Kills the worker in the middle of jobs: a kill between two of them proves nothing, and is done again."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import func, select

from lms.extensions import db
from lms.jobs.models import Job
from tests.faults.servers import PATIENCE_SECONDS, Worker, wait_until

LEASE_SECONDS = 1  # then another worker may take what a dead one held


@dataclass
class Killing:
    """What is killed, and what was hit.

    Attributes:
        worker: it does the jobs.
        handlers: whose jobs count.
        done: how much is done until now.
        total: how much will be done in the end.
        latest_seconds: a kill comes so long after it is due, at most, so that it hits a job anywhere.
    """

    worker: Worker
    handlers: tuple[str, ...]
    done: Callable[[], int]
    total: int
    latest_seconds: float
    kills: Counter[str] = field(default_factory=Counter)  # by the job that they hit
    idle_kills: int = 0  # between two jobs: done again

    def run(self, count: int) -> None:
        """Spread so many kills over the work, and wait for its end."""
        number = 1
        while number <= count:
            due = self.total * (2 * number - 1) // (2 * count + 1)
            wait_until(partial(self._is_due, due), f"kill {number}", 5 * PATIENCE_SECONDS)
            time.sleep(random.uniform(0, self.latest_seconds))  # noqa: S311 - when to kill is no secret
            wait_until(partial(self._is_due, due), f"kill {number}", 5 * PATIENCE_SECONDS)
            if self.is_over():
                break
            number += self._kill(number)
        wait_until(self.is_over, "the end of the work", 10 * PATIENCE_SECONDS)

    def _kill(self, number: int) -> bool:
        """Kill, and start anew; tell whether it hit a job."""
        self.worker.kill()
        if hit := self.at_work():
            self.kills[hit] += 1
            print(f"kill {number}: in {hit}, {self.done()} of {self.total} done", flush=True)  # noqa: T201 - a long run shows where it is
        else:
            self.idle_kills += 1
        time.sleep(LEASE_SECONDS)
        self.worker.start()
        return bool(hit)

    def at_work(self) -> str:
        """Name the job that a worker holds."""
        db.session.rollback()
        query = select(Job.handler).where(
            Job.handler.in_(self.handlers), Job.finished_at.is_(None), Job.leased_until.is_not(None)
        )
        return db.session.scalar(query.limit(1)) or ""

    def is_over(self) -> bool:
        db.session.rollback()
        return not count(Job.handler.in_(self.handlers), Job.finished_at.is_(None))

    def _is_due(self, due: int) -> bool:
        return self.is_over() or (self.done() >= due and self.at_work() != "")

    def __str__(self) -> str:
        hit = ", ".join(f"{times} in {name}" for name, times in sorted(self.kills.items()))
        return f"{self.kills.total()} kills in the middle of a job ({hit}), {self.idle_kills} between two"


def count(*conditions) -> int:
    return db.session.scalar(select(func.count()).where(*conditions))
