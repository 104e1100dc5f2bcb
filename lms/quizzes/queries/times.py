"""When a quiz is open, how much more time somebody has, and when answers may be shown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import bindparam, func, select

from lms.accounts.models import Person
from lms.cohorts.models import Cohort, Enrolment
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
        .join(Course, Course.id == Enrolment.course_id)
        .where(
            Enrolment.cohort_id == seat.cohort_id,
            Course.slug == seat.course_slug,
            Attempt.quiz == path,
            Attempt.submitted_at.is_(None),
        )
    )
    return max(closes_at, db.session.scalar(query) or closes_at)


def running_attempts(
    holder: Person | Cohort, course_id: int | None = None, quiz: str | None = None
) -> list[Attempt]:
    """Return the attempts that a person or a cohort is at, to change: others wait for their turn.

    Args:
        holder: whose attempts.
        course_id: of one course alone.
        quiz: of one of its quizzes, as module/step.
    """
    column = Enrolment.person_id if isinstance(holder, Person) else Enrolment.cohort_id
    query = (
        select(Attempt)
        .join(Attempt.enrolment)
        .where(
            column == holder.id, Attempt.submitted_at.is_(None), Enrolment.withdrawn_at.is_(None)
        )
        .order_by(Attempt.id)
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    )
    if quiz is not None:
        query = query.where(Enrolment.course_id == course_id, Attempt.quiz == quiz)
    now = datetime.now(UTC)
    found = db.session.scalars(query)
    is_open = rules.AttemptState.OPEN
    return [one for one in found if rules.state(now, None, one.deadline_at) is is_open]


def extra_time_of(holder: Person | Cohort) -> ExtraTime | None:
    """Return what extra time a person or a cohort was given; of a factor of 1 nothing is left."""
    column = ExtraTime.person_id if isinstance(holder, Person) else ExtraTime.cohort_id
    return db.session.scalar(select(ExtraTime).where(column == holder.id, ExtraTime.factor > 1))


def extra_times_of(person_ids: Iterable[int], cohort_ids: Iterable[int]) -> list[ExtraTime]:
    """List the extra time of many people and cohorts, the newest first."""
    is_theirs = ExtraTime.person_id.in_(list(person_ids)) | ExtraTime.cohort_id.in_(
        list(cohort_ids)
    )
    query = select(ExtraTime).where(is_theirs, ExtraTime.factor > 1)
    return list(db.session.scalars(query.order_by(ExtraTime.granted_at.desc())))


def windows_of_cohort(cohort_id: int) -> dict[tuple[int, str], QuizWindow]:
    """Return when a cohort may take its quizzes, where that is set, by course and module/step."""
    found = db.session.scalars(select(QuizWindow).where(QuizWindow.cohort_id == cohort_id))
    return {(window.course_id, window.quiz): window for window in found}


def windows_of(course_id: int, path: str) -> dict[int, QuizWindow]:
    """Return when each cohort may take a quiz, where that is set, by the cohort's id."""
    query = select(QuizWindow).where(QuizWindow.course_id == course_id, QuizWindow.quiz == path)
    return {window.cohort_id: window for window in db.session.scalars(query)}
