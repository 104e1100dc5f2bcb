"""Cohorts, and who is in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, lazyload

from lms.accounts.models import Person, RoleGrant
from lms.cohorts.models import (
    Cohort,
    CohortCourse,
    Country,
    Enrolment,
    Programme,
)
from lms.courses.models import Course, CourseVersion
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


def still_coordinates(person: Person, cohort: Cohort) -> bool:
    """Tell whether somebody looks after a cohort now, for a job that was begun in their name.

    A job has no session that a suspension or a lost role would end.
    """
    mine = coordinated_cohorts(person).where(Cohort.id == cohort.id)
    return person.active and db.session.scalar(mine) is not None


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


def course_titles(cohorts: Iterable[Cohort], language: str) -> dict[int, list[tuple[str, str]]]:
    """List the titles of the courses of each cohort, each with the language it is in; two statements."""
    found: dict[int, list[tuple[str, str]]] = {cohort.id: [] for cohort in cohorts}
    places = db.session.execute(
        select(CohortCourse.cohort_id, CohortCourse.course_id)
        .where(CohortCourse.cohort_id.in_(found))
        .order_by(CohortCourse.course_id)
    ).all()
    versions = newest_version_ids({course_id for _cohort_id, course_id in places})
    for cohort_id, course_id in places:
        outline = outline_of(versions[course_id])
        found[cohort_id].append((outline.title(language), outline.language_for(language)))
    return found


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


def newest_version_ids(course_ids: Collection[int]) -> dict[int, int]:
    """Return the newest version of each of some courses."""
    query = (
        select(CourseVersion.course_id, CourseVersion.id)
        .where(CourseVersion.course_id.in_(course_ids))
        .order_by(CourseVersion.number)  # of each course the last one stays
    )
    return dict(db.session.execute(query).all())


def coordinators_of(cohort: Cohort) -> list[tuple[Person, RoleGrant]]:
    """List who looks after a cohort, and through which role."""
    is_theirs = (
        ((RoleGrant.scope == "country") & (RoleGrant.scope_object == cohort.country_code))
        | ((RoleGrant.scope == "cohort") & (RoleGrant.scope_object == cohort.slug))
        | ((RoleGrant.scope == "programme") & (RoleGrant.scope_object == cohort.programme.slug))
    )
    query = (
        select(Person, RoleGrant)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role == "coordinator",
            RoleGrant.is_open(),
            is_theirs,
            Person.active.is_(True),
        )
        .order_by(RoleGrant.scope, Person.id)
    )
    return [(person, grant) for person, grant in db.session.execute(query).unique()]


def coordinated_country(person: Person, country: str) -> str:
    """Return the code of a country whose cohorts somebody may make, else 404."""
    code = country.upper()
    if not person.holds("coordinator", "country", code) or db.session.get(Country, code) is None:
        raise NotFound
    return code


def cohort_course(cohort: Cohort, course: str) -> CohortCourse:
    """Return one course of a cohort that the caller was allowed to open, else 404."""
    found = next((link for link in courses_of(cohort) if link.course.slug == course), None)
    if found is None:
        raise NotFound
    return found


def list_courses() -> list[Course]:
    """List the courses that a cohort can take: those that were published."""
    published = select(CourseVersion.course_id)
    return list(
        db.session.scalars(select(Course).where(Course.id.in_(published)).order_by(Course.slug))
    )


def was_member(cohort: Cohort, person_id: int) -> Person:
    """Return somebody who is or was in a cohort that the caller was allowed to open, else 404."""
    query = (
        select(Enrolment)
        .join(Enrolment.person)
        .where(
            Enrolment.cohort_id == cohort.id,
            Enrolment.person_id == person_id,
            Person.erased_at.is_(None),
        )
    )
    found = db.session.scalar(query.limit(1))
    if found is None:
        raise NotFound
    return found.person


def withdrawn_people(cohort: Cohort) -> list[tuple[Person, datetime]]:
    """List who has left a cohort, the last first; their progress waits for them."""
    stayed = select(Enrolment.person_id).where(
        Enrolment.cohort_id == cohort.id, Enrolment.withdrawn_at.is_(None)
    )
    left_at = func.max(Enrolment.withdrawn_at)
    query = (
        select(Person, left_at)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            Enrolment.cohort_id == cohort.id,
            Person.id.not_in(stayed),
            Person.erased_at.is_(None),
        )
        .options(lazyload(Person.grants))
        .group_by(Person.id)
        .order_by(left_at.desc(), Person.id)
    )
    return [(person, at) for person, at in db.session.execute(query) if at is not None]
