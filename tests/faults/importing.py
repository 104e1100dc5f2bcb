"""Kills the worker while it adds people from a file, and compares the file with what is there in the end.

The promise: every ready row is added once, nobody has two accounts or places, and each gets one letter. A kill
proves nothing unless it ends a job in its middle, so only those are counted; and a worker that commits the people
apart from their rows, and their letters one by one, must fail.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial

from flask import Flask
from sqlalchemy import func, select

from bench.people import file_of
from lms.accounts.models import Person
from lms.audit.services import verify
from lms.cohorts.models import Enrolment, Import, ImportRow
from lms.cohorts.services import imports
from lms.extensions import db
from lms.jobs.models import Job
from lms.notices.models import Message
from tests.factories import make_cohort, make_staff
from tests.faults.house import furnish, house
from tests.faults.servers import PATIENCE_SECONDS, Worker, wait_until

FAULTY_SHARE = 20  # one row of so many cannot be added
LEASE_SECONDS = 1  # then another worker may take what a dead one held
LATEST_SECONDS = 0.5  # so that a kill hits a job anywhere
HANDLERS = ("add_imported", "write_to_imported")


@dataclass(frozen=True)
class Plan:
    """What one run does."""

    database: str  # sqlite or postgresql
    rows: int
    kills: int  # in the middle of a job
    is_broken: bool = False

    @property
    def faulty(self) -> int:
        return self.rows // FAULTY_SHARE

    @property
    def ready(self) -> int:
        return self.rows - self.faulty


@dataclass
class Verdict:
    plan: Plan
    added: int = 0
    people: int = 0
    places: int = 0
    letters: int = 0
    written_twice: int = 0
    ends: int = 0  # letters that told the uploader
    is_log_whole: bool = False
    kills: Counter[str] = field(default_factory=Counter)  # by the job that they hit
    idle_kills: int = 0  # between two jobs: done again

    @property
    def holds(self) -> bool:
        found = (self.added, self.people, self.places, self.letters, self.ends)
        is_once = found == (*[self.plan.ready] * 4, 1) and not self.written_twice
        return is_once and self.is_log_whole and self.kills.total() == self.plan.kills

    def __str__(self) -> str:
        hit = ", ".join(f"{count} in {name}" for name, count in sorted(self.kills.items()))
        return (
            f"{self.plan.ready} of {self.plan.rows} rows ready: {self.added} added, "
            f"{self.people} people, {self.places} places, {self.letters} letters "
            f"({self.written_twice} twice), {self.ends} to the uploader; "
            f"log {'whole' if self.is_log_whole else 'damaged'}\n"
            f"{self.kills.total()} kills in the middle of a job ({hit}), {self.idle_kills} between two\n"
            f"{'all held' if self.holds else 'BROKEN'}"
        )


def run(plan: Plan) -> Verdict:
    env = {"JOB_LEASE_SECONDS": str(LEASE_SECONDS), "JOB_MAX_TRIES": "100"}
    with house(plan.database, **env) as home:
        module = "tests.faults.broken_worker" if plan.is_broken else "wsgi"
        worker = home.add(Worker(home.env, home.folder / "worker.log", module))
        app = furnish(home)
        verdict = Verdict(plan)
        upload(app, plan)
        worker.start()
        with app.test_request_context():  # a page that reads keeps nobody from writing
            _kill_on_the_way(verdict, worker)
            wait_until(lambda: done() is None, "the end of the import", 5 * PATIENCE_SECONDS)
        worker.kill()
        compare(app, verdict)
        return verdict


def upload(app: Flask, plan: Plan) -> None:
    """Upload a file, have it checked, and confirm it, as its uploader does; adding is left to the worker."""
    with app.app_context():
        cohort = make_cohort("KZ", courses=("faults",))
        uploader = make_staff("coordinator", "country", "KZ")
        found = imports.upload(uploader, cohort, "people.csv", file_of(plan.rows, plan.faulty))
        imports.read(found)
        imports.confirm(found)
        db.session.commit()


def done() -> int | None:
    """Count the rows added and the letters written until now; None when there is nothing left to do."""
    db.session.rollback()
    if not count(Job.handler.in_(HANDLERS), Job.finished_at.is_(None)):
        return None
    return count(ImportRow.state == "added") + count(Message.kind == "added_to_cohort")


def at_work() -> str:
    """Name the job that a worker holds."""
    db.session.rollback()
    query = select(Job.handler).where(
        Job.handler.in_(HANDLERS), Job.finished_at.is_(None), Job.leased_until.is_not(None)
    )
    return db.session.scalar(query.limit(1)) or ""


def _kill_on_the_way(verdict: Verdict, worker: Worker) -> None:
    """Spread the kills over the rows and the letters."""
    plan, number = verdict.plan, 1
    while number <= plan.kills:
        due = 2 * plan.ready * (2 * number - 1) // (2 * plan.kills + 1)
        wait_until(partial(_is_due, due), f"kill {number}", 5 * PATIENCE_SECONDS)
        time.sleep(random.uniform(0, LATEST_SECONDS))  # noqa: S311 - when to kill is no secret
        wait_until(
            partial(_is_due, due), f"kill {number}", 5 * PATIENCE_SECONDS
        )  # no kill between two jobs
        if done() is None:
            return
        worker.kill()
        if hit := at_work():
            verdict.kills[hit] += 1
            print(f"kill {number}: in {hit}, {done()} of {2 * plan.ready} done", flush=True)  # noqa: T201 - a long run shows where it is
            number += 1
        else:
            verdict.idle_kills += 1
        time.sleep(LEASE_SECONDS)
        worker.start()


def _is_due(due: int) -> bool:
    so_far = done()
    return so_far is None or (so_far >= due and at_work() != "")


def compare(app: Flask, verdict: Verdict) -> None:
    """Count what became of the file."""
    with app.app_context():
        is_new = Person.email.endswith("@ministry.example")
        verdict.added = count(ImportRow.state == "added")
        verdict.people = count(is_new)
        verdict.places = count(Enrolment.person_id == Person.id, is_new)
        letters = Counter(
            db.session.scalars(select(Message.address).where(Message.kind == "added_to_cohort"))
        )
        verdict.letters = len(letters)
        verdict.written_twice = sum(times > 1 for times in letters.values())
        verdict.ends = count(Message.kind == "import_finished")
        verdict.is_log_whole = verify() is None
        assert db.session.scalars(select(Import.finished_at)).one() is not None
        db.session.remove()
        db.engine.dispose()


def count(*conditions) -> int:
    return db.session.scalar(select(func.count()).where(*conditions))
