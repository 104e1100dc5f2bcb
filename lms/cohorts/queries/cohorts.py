"""Cohorts, and who is in them."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from lms.accounts.models import Person
from lms.cohorts.models import (
    Cohort,
    CohortCourse,
    Enrolment,
    Programme,
)
from lms.courses.models import CourseVersion
from lms.courses.queries import outline_of
from lms.errors import NotFound
from lms.extensions import db


def coordinated_cohorts(person: Person) -> Select[Cohort]:
    """Select the cohorts that somebody coordinates: of the own country, of a programme, and those named."""
    countries = person.objects_of("coordinator", "country")
    programmes = person.objects_of("coordinator", "programme")
    slugs = person.objects_of("coordinator", "cohort")
    is_mine = (
        Cohort.country_code.in_(countries)
        | Cohort.slug.in_(slugs)
        | Cohort.programme_id.in_(select(Programme.id).where(Programme.slug.in_(programmes)))
    )
    query = select(Cohort).order_by(Cohort.starts_on.desc(), Cohort.slug)
    return query if "*" in countries else query.where(is_mine)


def coordinated_cohort(person: Person, country: str, cohort: str) -> Cohort:
    """Return one cohort of the coordinator's own country, else 404."""
    query = coordinated_cohorts(person).where(
        Cohort.slug == cohort, Cohort.country_code == country.upper()
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def enrolments_of(cohort: Cohort) -> list[Enrolment]:
    """List who is enrolled in a cohort that the caller was allowed to open."""
    query = (
        select(Enrolment)
        .options(joinedload(Enrolment.person), joinedload(Enrolment.course))
        .where(Enrolment.cohort_id == cohort.id, Enrolment.withdrawn_at.is_(None))
    )
    return list(db.session.scalars(query).unique())


def courses_of(cohort: Cohort) -> list[CohortCourse]:
    return list(db.session.scalars(select(CohortCourse).where(CohortCourse.cohort_id == cohort.id)))


def course_titles(cohort: Cohort, language: str) -> list[tuple[str, str]]:
    """List the titles of a cohort's courses, each with the language it is in."""
    outlines = [outline_of(newest_version_id(link.course_id)) for link in courses_of(cohort)]
    return [(outline.title(language), outline.language_for(language)) for outline in outlines]


def newest_version_id(course_id: int) -> int:
    query = (
        select(CourseVersion.id)
        .where(CourseVersion.course_id == course_id)
        .order_by(CourseVersion.number.desc())
    )
    version_id = db.session.scalar(query.limit(1))
    if version_id is None:
        raise NotFound
    return version_id
