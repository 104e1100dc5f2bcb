"""Kills the worker while it adds people from a file, and compares the file with what is there in the end.

The promise: every ready row is added once, nobody has two accounts or places, and each gets one letter. A kill
proves nothing unless it ends a job in its middle, so only those are counted; and a worker that commits the people
apart from their rows, and their letters one by one, must fail.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

from bench.people import file_of
from lms.accounts.models import Person
from lms.audit.services import verify
from lms.cohorts.models import Enrolment, Import, ImportRow
from lms.cohorts.services import imports
from lms.extensions import db
from lms.notices.models import Message
from tests.factories import make_cohort, make_staff
from tests.faults.house import furnish, house
from tests.faults.killing import LEASE_SECONDS, Killing, count
from tests.faults.servers import Worker

FAULTY_SHARE = 20  # one row of so many cannot be added
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
    killing: Killing
    added: int = 0
    people: int = 0
    places: int = 0
    letters: int = 0
    written_twice: int = 0
    ends: int = 0  # letters that told the uploader
    is_log_whole: bool = False

    @property
    def holds(self) -> bool:
        found = (self.added, self.people, self.places, self.letters, self.ends)
        is_once = found == (*[self.plan.ready] * 4, 1) and not self.written_twice
        return is_once and self.is_log_whole and self.killing.kills.total() == self.plan.kills

    def __str__(self) -> str:
        return (
            f"{self.plan.ready} of {self.plan.rows} rows ready: {self.added} added, "
            f"{self.people} people, {self.places} places, {self.letters} letters "
            f"({self.written_twice} twice), {self.ends} to the uploader; "
            f"log {'whole' if self.is_log_whole else 'damaged'}\n"
            f"{self.killing}\n"
            f"{'all held' if self.holds else 'BROKEN'}"
        )


def run(plan: Plan) -> Verdict:
    env = {"JOB_LEASE_SECONDS": str(LEASE_SECONDS), "JOB_MAX_TRIES": "100"}
    with house(plan.database, **env) as home:
        module = "tests.faults.broken_worker" if plan.is_broken else "wsgi"
        worker = home.add(Worker(home.env, home.folder / "worker.log", module))
        app = furnish(home)
        killing = Killing(worker, HANDLERS, done, 2 * plan.ready, LATEST_SECONDS)
        verdict = Verdict(plan, killing)
        upload(app, plan)
        worker.start()
        with app.test_request_context():  # a page that reads keeps nobody from writing
            killing.run(plan.kills)
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


def done() -> int:
    """Count the rows added and the letters written until now."""
    return count(ImportRow.state == "added") + count(Message.kind == "added_to_cohort")


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
