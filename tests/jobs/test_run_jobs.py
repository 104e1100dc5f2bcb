from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from sqlalchemy import select

from lms.config import ROOT
from lms.extensions import db
from lms.jobs.models import Job
from lms.jobs.services import claim_next, enqueue, run_due
from tests.factories import make_person

LEASE = timedelta(seconds=61)


def queued(word: str = "a", *, handler: str = "note", **facts) -> Job:
    """Note a job and commit, as its cause would."""
    job = enqueue(handler, **({"word": word} if handler == "note" else {}), **facts)
    db.session.commit()
    return job


def jobs() -> list[Job]:
    return list(db.session.scalars(select(Job).order_by(Job.id)))


def break_down(**_arguments) -> None:
    raise ValueError("the printer is out of ink")


class TestEnqueue:
    def test_waits_for_the_commit_of_its_cause(self, done):
        job = enqueue("note", word="a")
        db.session.commit()

        assert run_due() == 1
        assert done == ["a"]
        assert job.finished_at is not None
        assert (job.tries, job.last_error) == (1, "")

    def test_is_forgotten_when_its_cause_is(self, done):
        enqueue("note", word="a")
        db.session.rollback()

        assert run_due() == 0
        assert not done
        assert not jobs()

    def test_refuses_a_handler_that_nobody_knows(self, app):
        with pytest.raises(LookupError, match="draw_certficate"):
            enqueue("draw_certficate", certificate_id=1)

        assert not jobs()

    def test_wakes_the_worker_after_the_commit_and_not_before(self, app, done, monkeypatch):
        woken = []
        monkeypatch.setitem(app.config, "JOBS_WAKE_WORKER", True)
        monkeypatch.setattr("lms.jobs.queue.wake", lambda *_arguments: woken.append("woken"))

        for word in "ab":
            enqueue("note", word=word)
        assert not woken
        db.session.commit()

        assert woken == ["woken"]


class TestRunDue:
    def test_runs_each_job_once_in_the_order_of_their_times(self, done):
        now = datetime.now(UTC)
        queued("later", due_at=now - timedelta(seconds=1))
        queued("sooner", due_at=now - timedelta(seconds=2))

        assert run_due() == 2
        assert run_due() == 0
        assert done == ["sooner", "later"]

    def test_leaves_what_is_not_due_yet(self, done):
        queued(due_at=datetime.now(UTC) + timedelta(minutes=10))

        assert run_due() == 0
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
            assert run_due() == 1

    def test_undoes_half_of_an_effect(self, handler):
        person = make_person()

        def rename_and_break() -> None:
            person.given_name = "Half"
            db.session.flush()
            raise ValueError("broken in the middle")

        handler("rename", rename_and_break)
        job = queued(handler="rename")

        run_due()

        db.session.refresh(person)
        assert person.given_name != "Half"
        assert job.finished_at is None
        assert job.last_error == "ValueError: broken in the middle"

    def test_waits_longer_after_each_failure_and_ends_dead_while_others_go_on(self, done, handler):
        handler("break", break_down)
        bad = queued(handler="break")
        waits = []
        with time_machine.travel(datetime.now(UTC), tick=False) as clock:
            while bad.dead_at is None:
                queued(f"beside try {len(waits) + 1}")
                assert run_due() == 2
                waits.append((bad.due_at - datetime.now(UTC)).total_seconds())
                assert run_due() == 0
                clock.move_to(bad.due_at)

            assert run_due() == 0

        assert waits == [5, 10, 20, 40, 80]
        assert bad.tries == 5
        assert bad.last_error == "ValueError: the printer is out of ink"
        assert done == [f"beside try {number}" for number in range(1, 6)]

    def test_keeps_no_name_in_what_it_says_of_a_failure(self, app, handler):
        def ask_wrongly() -> None:
            db.session.execute(
                db.text("SELECT 1 FROM nowhere WHERE name = :name"), {"name": "Aigul"}
            )

        handler("ask", ask_wrongly)
        job = queued(handler="ask")

        run_due()

        assert "FROM nowhere" in job.last_error
        assert "Aigul" not in job.last_error

    def test_keeps_a_job_whose_handler_is_gone_until_somebody_looks(self, done):
        job = queued()
        job.handler = "of_an_older_version"
        db.session.commit()

        run_due()

        assert job.finished_at is None
        assert job.last_error == "KeyError: 'of_an_older_version'"

    def test_stops_after_as_many_as_it_was_asked_for(self, done):
        for word in "abc":
            queued(word)

        assert run_due(limit=2) == 2
        assert done == ["a", "b"]


class TestClaimNext:
    def test_gives_a_leased_job_to_nobody_else(self, done):
        job = queued()

        assert claim_next() == job.id
        assert claim_next() is None

    def test_gives_it_again_when_the_lease_ran_out(self, done):
        job = queued()
        claim_next()

        with time_machine.travel(datetime.now(UTC) + LEASE):
            assert claim_next() == job.id
        assert job.tries == 2

    def test_gives_two_who_ask_at_once_different_jobs(self, app, done):
        for number in range(20):
            queued(str(number))
        together = Barrier(2, timeout=30)

        def claim_ten() -> list[int | None]:
            with app.app_context():
                found = []
                for _time in range(10):
                    together.wait()
                    found.append(claim_next())
                return found

        with ThreadPoolExecutor(2) as workers:
            first, second = (workers.submit(claim_ten) for _worker in "12")
            claimed = first.result() + second.result()

        assert sorted(claimed) == [job.id for job in jobs()]

    def test_buries_a_job_that_ends_its_worker_every_time(self, app, done):
        job = queued()
        with time_machine.travel(datetime.now(UTC), tick=False) as clock:
            for _time in range(app.config["JOB_MAX_TRIES"]):
                assert claim_next() == job.id
                clock.shift(LEASE)

            assert claim_next() is None

        db.session.refresh(job)
        assert job.dead_at is not None
        assert "worker" in job.last_error


WORKER = """
import sys, time
from pathlib import Path
from lms import create_app
from lms.extensions import db
from lms.jobs.services import HANDLERS, run_due
from tests.conftest import settings

def slow():
    db.session.execute(db.text("UPDATE jobs SET last_error = 'half done'"))
    print("working", flush=True)
    time.sleep(60)

app = create_app(settings(sys.argv[1], Path(sys.argv[2])))
HANDLERS["slow"] = slow
with app.app_context():
    run_due()
"""


class TestKilledWorker:
    def test_leaves_its_job_to_the_next_one(self, app, database, handler):
        runs = []
        handler("slow", lambda: runs.append("here"))
        job = queued(handler="slow")
        db.session.remove()
        command = [sys.executable, "-c", WORKER, database.uri(database.name), str(database.folder)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as worker:
            assert worker.stdout.readline() == "working\n"
            worker.kill()

        (job,) = jobs()
        assert job.last_error == ""
        assert job.leased_until > datetime.now(UTC)
        assert job.finished_at is None
        assert run_due() == 0

        with time_machine.travel(datetime.now(UTC) + LEASE):
            assert run_due() == 1
        assert runs == ["here"]
        assert job.finished_at is not None
        assert job.tries == 2
