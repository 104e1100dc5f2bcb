"""What a mentor sees of the own cohorts: names, how far, and answers once a quiz is closed for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from lms.accounts.models import Person
from lms.accounts.queries import ordered_by_name
from lms.authoring.queries.timeline import may_read_answers
from lms.cohorts.models import Cohort, CohortCourse, Enrolment
from lms.cohorts.queries import seat_by_enrolment
from lms.courses.models import Course
from lms.courses.queries import outline_of
from lms.errors import NotFound
from lms.extensions import db
from lms.progress.models import Completion, Standing
from lms.quizzes.models import Attempt
from lms.quizzes.queries import Sitting, last_answers, quiz_of_attempt
from lms.quizzes.queries.staff import STAFF_ATTEMPTS


def mentored_cohorts(person: Person) -> list[Cohort]:
    """List the cohorts that somebody mentors, the newest first."""
    slugs = person.objects_of("mentor", "cohort")
    query = select(Cohort).where(Cohort.slug.in_(slugs))
    return list(db.session.scalars(query.order_by(Cohort.starts_on.desc(), Cohort.slug)))


def mentored_cohort(person: Person, slug: str) -> Cohort:
    """Return one of the cohorts that somebody mentors, else 404."""
    found = next((one for one in mentored_cohorts(person) if one.slug == slug), None)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Mentee:
    """One learner in one course: no more than the name and how far."""

    enrolment: Enrolment
    done_count: int
    last_done_at: datetime | None
    completed_at: datetime | None

    @property
    def step_count(self) -> int:
        return len(outline_of(self.enrolment.version_id).steps)


def mentees_of(cohort: Cohort, language: str) -> Select[Any]:
    """Select the learners of a cohort that the caller mentors, sorted by name; ``mentee`` reads a row."""
    query: Any = (
        select(Enrolment, Standing.done_count, Standing.last_done_at, Completion.completed_at)
        .join(Enrolment.person)
        .join(Enrolment.course)
        .outerjoin(Standing, Standing.enrolment_id == Enrolment.id)
        .outerjoin(Completion, Completion.enrolment_id == Enrolment.id)
        .options(
            contains_eager(Enrolment.person).lazyload(Person.grants),
            contains_eager(Enrolment.course),
        )
        .where(Enrolment.cohort_id == cohort.id, Enrolment.withdrawn_at.is_(None))
    )
    found: Select[Any] = ordered_by_name(query, language)
    return found


def mentee(row: Any) -> Mentee:
    """Make a mentee of a row of ``mentees_of``."""
    enrolment, done_count, last_done_at, completed_at = row
    return Mentee(enrolment, done_count or 0, last_done_at, completed_at)


def mentee_of(cohort: Cohort, person_id: int) -> Person:
    """Return somebody in a cohort that the caller mentors, else 404."""
    query = (
        select(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            Person.id == person_id,
            Enrolment.cohort_id == cohort.id,
            Enrolment.withdrawn_at.is_(None),
        )
    )
    found = db.session.scalars(query).unique().first()
    if found is None:
        raise NotFound
    return found


def attempts_of_mentee(cohort: Cohort, person_id: int) -> list[Attempt]:
    """List the attempts of somebody in a cohort that the caller mentors, the newest first."""
    query = STAFF_ATTEMPTS.where(Enrolment.cohort_id == cohort.id, Enrolment.person_id == person_id)
    return list(db.session.scalars(query.order_by(Attempt.started_at.desc())))


def is_closed(attempt: Attempt, now: datetime) -> bool:
    """Tell whether nobody of the cohort can take the quiz any more.

    It closes at its own time, else with the course, else with the cohort's last day.
    """
    return (attempt.closes_at or _course_ends_at(attempt)) <= now


def _course_ends_at(attempt: Attempt) -> datetime:
    enrolment = attempt.enrolment
    key = (enrolment.cohort_id, enrolment.course_id)
    link = db.session.get(CohortCourse, key)
    if link is not None and link.closes_at is not None:
        return link.closes_at
    zone = ZoneInfo(enrolment.cohort.time_zone)
    return datetime.combine(enrolment.cohort.ends_on + timedelta(days=1), time.min, zone)


def closed_sitting(cohort: Cohort, person_id: int, attempt_id: int, language: str) -> Sitting:
    """Return an attempt of a mentee with its answers, once the quiz is closed; else 404."""
    found = [one for one in attempts_of_mentee(cohort, person_id) if one.id == attempt_id]
    if not found or not is_readable(found[0], datetime.now(UTC)):
        raise NotFound
    attempt = found[0]
    quiz = quiz_of_attempt(attempt)
    seat = seat_by_enrolment(attempt.enrolment_id)
    shown = quiz.outline.language_for(language)
    return Sitting(attempt, quiz, seat, last_answers(attempt), shown)


def is_readable(attempt: Attempt, now: datetime) -> bool:
    """Tell whether a mentor may read what was answered."""
    is_anonymous = quiz_of_attempt(attempt).settings.marking.anonymous
    return may_read_answers(attempt, is_anonymous=is_anonymous) and is_closed(attempt, now)


def course_titles(cohort: Cohort, language: str) -> dict[int, str]:
    """Return the titles of a cohort's courses, by their ids."""
    query = select(Course.id, Enrolment.version_id).join(
        Enrolment, Enrolment.course_id == Course.id
    )
    rows = db.session.execute(query.where(Enrolment.cohort_id == cohort.id).distinct())
    return {course_id: outline_of(version_id).title(language) for course_id, version_id in rows}
