"""Whole attempts as chance makes them: late and repeated answers, more time, other closing times, clocks that jump.

ANSWER_HISTORIES=500 makes as many as it was proved with.
"""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from lms.cohorts.models import CohortCourse
from lms.extensions import db
from lms.quizzes import queries, services
from lms.quizzes.models import Answer, Attempt, QuizWindow
from lms.quizzes.rules import GRACE
from lms.quizzes.services import hand_in_overdue
from tests.factories import FIRST_QUIZ, make_cohort, make_learner, make_staff

START = datetime(2026, 11, 2, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
AT_ONCE = 100
HISTORIES = int(os.environ.get("ANSWER_HISTORIES", AT_ONCE))


@dataclass
class History:
    """One attempt and what happened to it, by a clock that only the server has."""

    chance: Random
    person: object
    seat: object
    coordinator: object
    now: datetime
    log: list[str] = field(default_factory=list)
    refused: int = 0
    accepted: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    def run(self) -> Attempt:
        with time_machine.travel(self.now, tick=False):
            self.attempt = services.start_attempt(self.seat, queries.quiz_of(self.seat, FIRST_QUIZ))
            db.session.commit()
        for _event in range(self.chance.randint(3, 9)):
            self.now += self.chance.choice([0, 1, 3, 10, 20]) * MINUTE + self.chance.choice(
                [
                    timedelta(0),
                    timedelta(seconds=4.9),
                    timedelta(seconds=5.1),
                    timedelta(minutes=-1),
                ]
            )
            with time_machine.travel(self.now, tick=False):
                self.happen()
        return self.attempt

    def happen(self) -> None:
        before = self.attempt.deadline_at
        chosen = self.chance.choices(
            [self.answer, self.extend, self.grant, self.move_window, self.look, self.submit],
            [8, 3, 1, 2, 2, 1],
        )[0]
        try:
            chosen()
        except services.AttemptClosed:
            db.session.rollback()
            self.refused += 1
        except services.NoExtensionsLeft:
            db.session.rollback()
        db.session.commit()
        db.session.refresh(self.attempt)
        self.log.append(f"{self.now:%H:%M:%S} {chosen.__name__}: {self.attempt.deadline_at}")
        after = self.attempt.deadline_at
        assert after is None or (before is not None and after >= before), self.log

    def sitting(self):
        return queries.sitting_of(self.seat, FIRST_QUIZ, self.attempt.number, "en", to_change=True)

    def answer(self) -> None:
        """Answer as a page would, sometimes at the very end of the time or of the grace."""
        deadline = self.attempt.deadline_at
        if deadline is not None and self.chance.random() < 0.3:
            edge = deadline + timedelta(seconds=self.chance.choice([-1, 0, 4, 5, 5.001, 6, 60]))
            self.now = max(self.now, edge)
        with time_machine.travel(self.now, tick=False):
            sitting = self.sitting()
            question = sitting.question(self.chance.randint(1, 6))
            option = self.chance.choice([one for one, _words in question.options] or [""])
            form = MultiDict({"answer": option} if option else {})
            base = self.chance.choice([None, question.sequence, 0])  # 0: from a device left behind
            services.save_answer(sitting, question, form, uuid4().hex, is_quiet=True, base=base)
            assert self.attempt.submitted_at is None, self.log
            self.accepted.append((self.now, self.attempt.deadline_at))

    def extend(self) -> None:
        services.extend(self.sitting(), self.chance.randint(1, 3))

    def grant(self) -> None:
        factor = self.chance.choice([1, 1.25, 1.5, 3])
        services.grant_extra_time(self.coordinator, self.person, factor, "By chance")

    def move_window(self) -> None:
        link = db.session.scalars(
            select(CohortCourse).filter_by(cohort_id=self.seat.cohort_id)
        ).one()
        minutes = self.chance.choice([None, 10, 40, 300])
        closes_at = None if minutes is None else self.now + minutes * MINUTE
        services.set_window(link, FIRST_QUIZ, None, closes_at)

    def look(self) -> None:
        hand_in_overdue(self.attempt.id)

    def submit(self) -> None:
        services.submit_attempt(self.sitting())


class TestHistories:
    @pytest.mark.parametrize("part", range(-(-HISTORIES // AT_ONCE)))
    def test_take_no_answer_after_the_deadline_and_its_grace(self, app, set_quiz, part):
        set_quiz(limit_minutes=30)
        coordinator = make_staff("coordinator", "country", "KZ")
        accepted = refused = 0
        for number in range(AT_ONCE):
            chance = Random(part * AT_ONCE + number)  # noqa: S311 - no secret
            if number % 10 == 0:
                closes_at = chance.choice([None, START + timedelta(days=30)])
                person, seat = make_learner(make_cohort(closes_at=closes_at))
            db.session.query(QuizWindow).delete()
            history = History(chance, person, seat, coordinator, START + number * 7 * MINUTE)

            attempt = history.run()

            for at, deadline in history.accepted:
                assert deadline is None or at <= deadline + GRACE, history.log
            answers = db.session.scalars(select(Answer).filter_by(attempt_id=attempt.id)).all()
            for one in answers:
                assert one.saved_at <= attempt.deadline_at + GRACE, history.log
            accepted += len(answers)
            refused += history.refused
            if attempt.submitted_at is None:
                attempt.submitted_at = history.now  # the next one must be able to begin
                attempt.marked_at, attempt.is_passed = history.now, False
                db.session.commit()
        # The histories hold something to be wrong about.
        assert accepted > AT_ONCE / 2
        assert refused > AT_ONCE / 2
