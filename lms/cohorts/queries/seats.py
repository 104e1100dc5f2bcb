"""A learner's place in a course of a cohort."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select

from lms.accounts.models import Person
from lms.cohorts.models import (
    Cohort,
    CohortCourse,
    Enrolment,
    Programme,
)
from lms.courses.models import Course
from lms.errors import NotFound
from lms.extensions import db


@dataclass(frozen=True)
class Seat:
    """A learner's place in a course of a cohort: what every page under /learn needs."""

    enrolment_id: int
    person_id: int
    version_id: int
    course_slug: str
    cohort_id: int
    cohort_slug: str
    cohort_title: str
    country_code: str
    time_zone: str
    starts_on: date
    ends_on: date
    closes_at: datetime | None
    programme_slug: str
    programme_version: int  # of what the pages say about who funds it

    @property
    def url_values(self) -> dict[str, Any]:
        return {"cohort": self.cohort_slug, "course": self.course_slug}


SEAT = (
    select(
        Enrolment.id.label("enrolment_id"),
        Enrolment.person_id,
        Enrolment.version_id,
        Course.slug.label("course_slug"),
        Cohort.id.label("cohort_id"),
        Cohort.slug.label("cohort_slug"),
        Cohort.title.label("cohort_title"),
        Cohort.country_code,
        Cohort.time_zone,
        Cohort.starts_on,
        Cohort.ends_on,
        CohortCourse.closes_at,
        Programme.slug.label("programme_slug"),
        Programme.row_version.label("programme_version"),
    )
    .join(Cohort, Cohort.id == Enrolment.cohort_id)
    .join(Programme, Programme.id == Cohort.programme_id)
    .join(Course, Course.id == Enrolment.course_id)
    .outerjoin(
        CohortCourse,
        (CohortCourse.cohort_id == Enrolment.cohort_id)
        & (CohortCourse.course_id == Enrolment.course_id),
    )
    .where(Enrolment.withdrawn_at.is_(None))
)


# Built once: nearly every page under /learn asks for it.
SEAT_OF = SEAT.where(
    Enrolment.person_id == bindparam("person_id"),
    Cohort.slug == bindparam("cohort"),
    Course.slug == bindparam("course"),
)


def seat_of(person: Person, cohort: str, course: str) -> Seat:
    """Return a person's own place in a course, else 404."""
    values = {"person_id": person.id, "cohort": cohort, "course": course}
    row = db.session.execute(SEAT_OF, values).one_or_none()
    if row is None:
        raise NotFound
    return Seat(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def seats_of(person: Person) -> list[Seat]:
    """List a person's own places, the newest cohort first."""
    query = SEAT.where(Enrolment.person_id == person.id).order_by(
        Cohort.starts_on.desc(), Course.slug
    )
    return [Seat(**row._mapping) for row in db.session.execute(query)]  # noqa: SLF001


def seat_by_enrolment(enrolment_id: int) -> Seat:
    """Return the place behind an enrolment, for work that no person asks for (signals and jobs)."""
    row = db.session.execute(SEAT.where(Enrolment.id == enrolment_id)).one()
    return Seat(**row._mapping)  # noqa: SLF001
