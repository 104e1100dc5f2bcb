"""Finding cohorts and enrolments, with the access check inside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel import Locale
from sqlalchemy import Select, bindparam, func, literal, select
from sqlalchemy.orm import aliased, joinedload

from lms.accounts.models import Person
from lms.cohorts.models import (
    Cohort,
    CohortCourse,
    Country,
    Enrolment,
    Institution,
    InstitutionName,
    Invitation,
)
from lms.cohorts.rules import fold
from lms.courses.models import Course, CourseVersion
from lms.courses.queries import outline_of
from lms.errors import NotFound
from lms.extensions import db

SHORTEST_NAME_IN_TEXT = 10  # letters; NIA stands in too many other words


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
    )
    .join(Cohort, Cohort.id == Enrolment.cohort_id)
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


def coordinated_cohorts(person: Person) -> Select[Cohort]:
    """Select the cohorts that somebody coordinates: those of the own country, and those named."""
    countries = person.objects_of("coordinator", "country")
    slugs = person.objects_of("coordinator", "cohort")
    is_mine = Cohort.country_code.in_(countries) | Cohort.slug.in_(slugs)
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


def open_invitations(cohort: Cohort) -> list[Invitation]:
    """List who was invited and has not accepted: one for each address, the newest."""
    newer = aliased(Invitation)
    has_newer = (
        select(newer)
        .where(
            newer.cohort_id == Invitation.cohort_id,
            newer.email == Invitation.email,
            newer.id > Invitation.id,
        )
        .exists()
    )
    query = (
        select(Invitation)
        .where(Invitation.cohort_id == cohort.id, Invitation.accepted_at.is_(None), ~has_newer)
        .order_by(Invitation.invited_at)
    )
    return list(db.session.scalars(query))


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


def find_institutions(text: str) -> list[Institution]:
    """Find public bodies by any of their names, in any spelling of letters and spaces.

    What is typed may be part of a name, or a whole name with something around it.
    """
    typed = fold(text)
    if not typed:
        return []
    is_part = InstitutionName.folded.contains(typed)
    is_whole_name = (func.length(InstitutionName.folded) >= SHORTEST_NAME_IN_TEXT) & literal(
        typed
    ).contains(InstitutionName.folded)
    named = select(InstitutionName.institution_id).where(is_part | is_whole_name)
    query = select(Institution).where(Institution.id.in_(named)).order_by(Institution.id)
    return list(db.session.scalars(query))


def list_countries() -> list[Country]:
    return list(db.session.scalars(select(Country).order_by(Country.code)))


def country_name(code: str, language: str) -> str:
    """Return a country's name in a language, from CLDR."""
    return str(Locale.parse(language).territories.get(code, code))
