"""Attempts as staff find them. Whoever calls has made sure that the course or cohort is theirs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager

from lms.accounts.models import Person
from lms.cohorts.models import Cohort, Enrolment
from lms.courses.models import CourseVersion
from lms.errors import NotFound
from lms.extensions import db
from lms.quizzes import rules
from lms.quizzes.models import Attempt

STATES = ("open", "over", "waiting", "marked")


def staff_state(attempt: Attempt, now: datetime) -> str:
    """Say where an attempt stands: one of ``STATES``."""
    if attempt.submitted_at is not None:
        return "marked" if attempt.marked_at else "waiting"
    state = rules.state(now, attempt.submitted_at, attempt.deadline_at)
    return "open" if state is rules.AttemptState.OPEN else "over"


def _is_in(state: str, now: datetime) -> ColumnElement[bool]:
    is_over = Attempt.deadline_at < now - rules.GRACE
    conditions = {
        "open": Attempt.submitted_at.is_(None) & (Attempt.deadline_at.is_(None) | ~is_over),
        "over": Attempt.submitted_at.is_(None) & is_over,
        "waiting": Attempt.submitted_at.is_not(None) & Attempt.marked_at.is_(None),
        "marked": Attempt.marked_at.is_not(None),
    }
    return conditions[state]


# With people and cohorts, and without the roles of each person, which nobody asks for here.
STAFF_ATTEMPTS = (
    select(Attempt)
    .join(Attempt.enrolment)
    .join(Enrolment.person)
    .join(Enrolment.cohort)
    .options(
        contains_eager(Attempt.enrolment).contains_eager(Enrolment.cohort),
        contains_eager(Attempt.enrolment).contains_eager(Enrolment.person).lazyload(Person.grants),
    )
    .where(Enrolment.withdrawn_at.is_(None))
)


def attempts_at(course_id: int, quiz: str) -> Select[Any]:
    """Select the attempts at a quiz in all versions with each version's number, the newest first."""
    return (
        STAFF_ATTEMPTS.join(CourseVersion, CourseVersion.id == Attempt.version_id)
        .add_columns(CourseVersion.number)
        .where(Enrolment.course_id == course_id, Attempt.quiz == quiz)
        .order_by(Attempt.started_at.desc(), Attempt.id.desc())
    )


def narrowed(
    query: Select[Any], now: datetime, *, cohort: str = "", state: str = "", days: int = 0
) -> Select[Any]:
    """Keep those of a cohort, in a state, begun at least so many days ago."""
    if cohort:
        query = query.where(Cohort.slug == cohort)
    if state:
        query = query.where(_is_in(state, now))
    if days:
        query = query.where(Attempt.started_at <= now - timedelta(days=days))
    return query


def unfinished(query: Select[Any]) -> Select[Any]:
    """Keep those that nobody has handed in, whether their time is over or not."""
    return query.where(Attempt.submitted_at.is_(None))


def count(query: Select[Any]) -> int:
    rows = select(func.count()).select_from(query.order_by(None).subquery())
    return db.session.scalar(rows) or 0


def attempt_at(course_id: int, quiz: str, attempt_id: int) -> Attempt:
    """Return one attempt at a quiz of a course, else 404."""
    return _one(attempts_at(course_id, quiz).where(Attempt.id == attempt_id))


def attempts_of_person(cohort_id: int, person_id: int) -> list[Attempt]:
    """List somebody's attempts in a cohort, by quiz, the first of each first."""
    query = _of_person(cohort_id, person_id).order_by(Attempt.quiz, Attempt.number)
    return list(db.session.scalars(query))


def attempt_of_person(cohort_id: int, person_id: int, attempt_id: int) -> Attempt:
    """Return one attempt of somebody in a cohort, else 404."""
    return _one(_of_person(cohort_id, person_id).where(Attempt.id == attempt_id))


def _of_person(cohort_id: int, person_id: int) -> Select[Any]:
    return STAFF_ATTEMPTS.where(Enrolment.cohort_id == cohort_id, Enrolment.person_id == person_id)


def _one(query: Select[Any]) -> Attempt:
    found: Attempt | None = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found
