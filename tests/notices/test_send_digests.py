from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from lms.cohorts.models import StepQuestion, StepReply
from lms.extensions import db
from lms.jobs.models import Job
from lms.jobs.services import enqueue, run_due
from lms.notices import rules, services
from lms.notices.models import Message
from lms.notices.rules import Frequency
from tests.factories import (
    complete,
    enrolment_of,
    make_cohort,
    make_learner,
    make_person,
    make_staff,
)

MONDAY = datetime(2026, 11, 30, 3, 30, tzinfo=UTC)  # half past eight in Almaty
DAYS = {
    "starts_on": datetime(2026, 11, 1, tzinfo=UTC).date(),
    "ends_on": datetime(2026, 12, 20, tzinfo=UTC).date(),
}


def digests() -> list[Message]:
    db.session.rollback()
    kinds = ("learning_digest", "delegation_digest")
    query = select(Message).where(Message.kind.in_(kinds)).order_by(Message.id)
    return list(db.session.scalars(query))


def learner(cohort=None, **facts):
    person, seat = make_learner(cohort or make_cohort("KZ", **DAYS), **facts)
    person.signed_in_at = MONDAY - timedelta(days=1)
    db.session.commit()
    return person, seat


def each_hour(moment: datetime, hours: int = 1) -> None:
    """Let the worker do what recurs, for some hours."""
    with time_machine.travel(moment, tick=False) as clock:
        for _hour in range(hours):
            enqueue("begin_digests")
            db.session.commit()
            run_due()
            clock.shift(timedelta(hours=1))


class TestSendDigests:
    def test_tells_a_learner_what_is_next_and_until_when(self, app):
        person, _seat = learner(
            make_cohort("KZ", closes_at=datetime(2026, 12, 4, 14, tzinfo=UTC), **DAYS)
        )

        each_hour(MONDAY)

        (message,) = digests()
        assert (message.person_id, message.subject) == (person.id, "What is next for you at Serai")
        assert re.search(r"^0 of \d+ steps done\.$", message.body, re.MULTILINE)
        assert "Next: " in message.body
        assert "It closes on 4 December 2026, 19:00 (UTC+5)." in message.body
        assert "\n\n\n" not in message.body
        assert "/notices/off/" in message.body

    def test_comes_once_on_monday_morning_of_the_readers_clock(self, app):
        person, _seat = learner()
        person.time_zone = "Asia/Seoul"
        db.session.commit()

        each_hour(datetime(2026, 11, 29, 0, 0, tzinfo=UTC), hours=72)

        (message,) = digests()
        assert message.created_at == datetime(2026, 11, 29, 23, 0, tzinfo=UTC)  # eight in Seoul

    def test_is_made_up_for_in_the_same_morning_only(self, app):
        learner()

        each_hour(MONDAY + timedelta(hours=9))
        assert digests() == []
        each_hour(MONDAY + timedelta(days=7, hours=3))
        assert len(digests()) == 1  # half past eleven is morning still

    def test_comes_daily_or_never_as_was_chosen(self, app):
        daily, never = learner()[0], learner()[0]
        services.choose(daily, rules.choices_for(Frequency.DAILY))
        services.choose(never, rules.choices_for(Frequency.OFF))
        db.session.commit()

        each_hour(MONDAY, hours=72)

        assert [one.person_id for one in digests()] == [daily.id] * 3

    def test_is_left_out_when_there_is_nothing_to_tell(self, app):
        _person, seat = learner()
        complete(seat)
        nobody = make_person()
        nobody.signed_in_at = MONDAY
        learner(make_cohort("KZ", **{**DAYS, "ends_on": datetime(2026, 11, 20, tzinfo=UTC).date()}))
        db.session.commit()

        each_hour(MONDAY)

        assert digests() == []

    def test_tells_of_new_answers_of_others(self, app):
        person, seat = learner()
        complete(seat)
        question = StepQuestion(
            enrolment_id=seat.enrolment_id, course_id=enrolment_of(seat).course_id, path="a/b",
            language="en", kind="question", text="Why?", asked_at=MONDAY,
        )  # fmt: skip
        mentor = make_staff("instructor", "course", "digital-id")
        for who, days in ((mentor, 1), (mentor, 8), (person, 1)):
            written_at = MONDAY - timedelta(days=days)
            question.replies.append(StepReply(person_id=who.id, text="So.", written_at=written_at))
        db.session.add(question)
        db.session.commit()

        each_hour(MONDAY)

        (message,) = [one for one in digests() if one.person_id == person.id]
        assert "1 new answer to your questions." in message.body

    def test_tells_a_coordinator_how_the_delegations_stand(self, app):
        cohort = make_cohort("KZ", **DAYS)
        learner(cohort)
        make_cohort("GE", **DAYS)
        coordinator = make_staff("coordinator", "country", "KZ")
        coordinator.signed_in_at = MONDAY
        db.session.commit()

        each_hour(MONDAY)

        (message,) = [one for one in digests() if one.kind == "delegation_digest"]
        assert message.person_id == coordinator.id
        assert f"\n{cohort.title}\n1 person: " in message.body
        assert "\n\n\n" not in message.body

    @pytest.mark.parametrize("state", ["suspended", "never signed in"])
    def test_leaves_some_people_alone(self, app, state):
        person, _seat = learner()
        if state == "suspended":
            person.active = False
        else:
            person.signed_in_at = None
        db.session.commit()

        each_hour(MONDAY)

        assert digests() == []

    def test_is_written_once_when_its_job_runs_twice(self, app):
        person, _seat = learner()
        with time_machine.travel(MONDAY, tick=False):
            for _time in range(2):
                services.write_digests([person.id], "weekly")
                db.session.commit()

        assert len(digests()) == 1

    def test_goes_in_pieces(self, app, monkeypatch):
        monkeypatch.setattr("lms.notices.services.digests.CHUNK", 2)
        cohort = make_cohort("KZ", **DAYS)
        for _number in range(5):
            learner(cohort)

        each_hour(MONDAY)

        jobs = db.session.scalars(select(Job.handler)).all()
        assert jobs.count("write_digests") == 3
        assert len(digests()) == 5


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        (datetime(2026, 11, 30, 7, 59), set()),  # noqa: DTZ001 - the reader's own clock
        (datetime(2026, 11, 30, 8, 0), {"weekly", "daily"}),  # noqa: DTZ001
        (datetime(2026, 11, 30, 12, 0), set()),  # noqa: DTZ001
        (datetime(2026, 12, 1, 8, 0), {"daily"}),  # noqa: DTZ001
    ],
)
def test_digests_at(moment, due):
    assert rules.digests_at(moment) == due
