from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from sqlalchemy import select

from lms.extensions import db
from lms.jobs import queue, recurring
from lms.jobs.models import Job, RecurringRun
from lms.jobs.rules import daily, hourly
from lms.jobs.services import enqueue

MORNING = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)


@pytest.fixture
def recur(handler, monkeypatch):
    """Return a function that makes one handler recur, and nothing else."""
    monkeypatch.setattr(recurring, "RECURRING", {})
    ran = []

    def register(period, name="clean_up"):
        handler(name, lambda: ran.append(name))
        recurring.RECURRING[name] = period
        return ran

    return register


def waiting() -> list[str]:
    return list(db.session.scalars(select(Job.handler).order_by(Job.id)))


class TestBeginDue:
    def test_begins_each_once_in_its_period(self, recur):
        recur(hourly)

        with time_machine.travel(MORNING, tick=False) as clock:
            assert recurring.begin_due() == ["clean_up"]
            clock.shift(timedelta(minutes=29))
            assert recurring.begin_due() == []
            clock.shift(timedelta(minutes=1))
            assert recurring.begin_due() == ["clean_up"]

        assert waiting() == ["clean_up"] * 2

    def test_does_not_make_up_for_what_passed_while_nobody_worked(self, recur):
        recur(daily(hour=4))

        with time_machine.travel(MORNING, tick=False) as clock:
            recurring.begin_due()
            clock.shift(timedelta(days=9))
            recurring.begin_due()

        assert waiting() == ["clean_up"] * 2

    def test_begins_once_with_two_workers(self, app, recur):
        recur(hourly)
        db.session.commit()
        together = Barrier(4)

        def work() -> list[str]:
            with app.app_context():
                together.wait()
                return recurring.begin_due()

        with ThreadPoolExecutor(4) as workers:
            begun = [one.result() for one in [workers.submit(work) for _number in range(4)]]

        assert sorted(begun, key=len) == [[], [], [], ["clean_up"]]
        assert waiting() == ["clean_up"]

    def test_asks_once_when_nothing_is_due(self, recur, count_queries):
        for number in range(5):
            recur(hourly, f"clean_up_{number}")
        recurring.begin_due()

        with count_queries() as statements:
            recurring.begin_due()

        assert len([one for one in statements if not one.startswith("BEGIN")]) == 1

    def test_is_what_the_worker_does_each_minute(self, app, recur, monkeypatch):
        ran = recur(hourly)
        monkeypatch.setattr(queue, "_working_for", [app])

        queue.sweep()
        queue.sweep()

        assert ran == ["clean_up"]


class TestForgetOldRuns:
    def test_keeps_what_is_still_asked_for(self, app):
        now = datetime.now(UTC)
        for period, begun_at in (("old", now - timedelta(days=61)), ("new", now)):
            db.session.add(RecurringRun(name="a", period=period, begun_at=begun_at))

        recurring.forget_old_runs()
        db.session.commit()

        assert db.session.scalars(select(RecurringRun.period)).all() == ["new"]

    def test_keeps_jobs_that_wait_or_were_done_lately(self, app, recur):
        recur(hourly)
        now = datetime.now(UTC)
        for finished_at in (now - timedelta(days=61), now, None):
            enqueue("clean_up").finished_at = finished_at
        db.session.commit()

        recurring.forget_old_runs()
        db.session.commit()

        assert len(db.session.scalars(select(Job.id)).all()) == 2
