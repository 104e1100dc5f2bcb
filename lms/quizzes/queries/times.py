"""When a quiz is open, how much more time somebody has, and when answers may be shown."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, select

from lms.cohorts.models import Enrolment
from lms.cohorts.queries import Seat
from lms.courses.models import Course
from lms.extensions import db
from lms.quizzes import rules
from lms.quizzes.models import Attempt, ExtraTime, QuizWindow

# Built once: the start and the result of every quiz ask for it.
WINDOW = (
    select(QuizWindow.opens_at, QuizWindow.closes_at)
    .join(Course, Course.id == QuizWindow.course_id)
    .where(
        QuizWindow.cohort_id == bindparam("cohort_id"),
        Course.slug == bindparam("course"),
        QuizWindow.quiz == bindparam("quiz"),
    )
)


def window_of(seat: Seat, path: str) -> rules.Window:
    """Return when a learner's cohort may take a quiz; it closes with the course unless it is set otherwise."""
    values = {"cohort_id": seat.cohort_id, "course": seat.course_slug, "quiz": path}
    row = db.session.execute(WINDOW, values).one_or_none()
    opens_at, closes_at = row or (None, None)
    return rules.Window(opens_at, closes_at or seat.closes_at)


def extra_time_factor(person_id: int, cohort_id: int) -> float:
    """Return how many times the limit somebody has: the larger of the own and the cohort's."""
    query = select(func.max(ExtraTime.factor)).where(
        (ExtraTime.person_id == person_id) | (ExtraTime.cohort_id == cohort_id)
    )
    return db.session.scalar(query) or 1


def answers_shown_at(seat: Seat, path: str) -> datetime | None:
    """Say from when on answers may be shown that stay hidden until a quiz has closed; None: at once.

    Extra time goes on after the closing, and whoever has it must not be able to read them either.
    """
    closes_at = window_of(seat, path).closes_at
    if closes_at is None:
        return None
    query = (
        select(func.max(Attempt.deadline_at))
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            Enrolment.cohort_id == seat.cohort_id,
            Attempt.quiz == path,
            Attempt.submitted_at.is_(None),
        )
    )
    return max(closes_at, db.session.scalar(query) or closes_at)
