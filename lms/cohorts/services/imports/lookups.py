"""Everything that the rows of a file name, found with a fixed number of statements for each few hundred rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, or_, select

from lms.accounts.models import Person
from lms.accounts.rules import normal_email
from lms.cohorts import queries
from lms.cohorts.models import (
    Cohort,
    CohortCourse,
    Country,
    Enrolment,
    Import,
    Institution,
    InstitutionName,
)
from lms.cohorts.services.imports.judging import Known, KnownCohort, KnownPerson, Place
from lms.config import LANGUAGES
from lms.courses.models import Course
from lms.extensions import db

AT_ONCE = 500  # addresses or ids in one statement
Kind = TypeVar("Kind")


def known_for(found: Import, rows: Sequence[Mapping[str, str]]) -> Known:
    """Look up what rows are compared with, as far as the uploader may see it."""
    cohorts = _cohorts(found, {row.get("cohort", "").strip().lower() for row in rows})
    own = cohorts[found.cohort.slug]
    addresses = sorted({normal_email(row.get("email", "")) for row in rows} - {""})
    people: dict[str, KnownPerson] = {}
    places: dict[tuple[int, int], dict[int, Place]] = defaultdict(dict)
    for batch in _batches(addresses):
        _add_people(found.uploaded_by, batch, people, places)
    institutions, names = _institutions({cohort.country for cohort in cohorts.values()})
    countries = frozenset(country.code for country in queries.list_countries())
    return Known(own, cohorts, countries, people, places, institutions, names)


def _batches(items: Sequence[Kind]) -> Iterator[Sequence[Kind]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]


def _cohorts(found: Import, slugs: set[str]) -> dict[str, KnownCohort]:
    """Find the cohorts that the rows name among those that the uploader coordinates."""
    wanted = (slugs - {""}) | {found.cohort.slug}
    own = queries.coordinated_cohorts(found.uploaded_by)
    rows = list(db.session.scalars(own.where(Cohort.slug.in_(wanted))))
    if found.cohort not in rows:
        rows.append(found.cohort)  # its page was opened by somebody who may; adding asks again
    ids = [cohort.id for cohort in rows]
    courses: dict[int, dict[str, int]] = defaultdict(dict)
    links = select(CohortCourse.cohort_id, Course.slug, Course.id).join(CohortCourse.course)
    for cohort_id, slug, course_id in db.session.execute(
        links.where(CohortCourse.cohort_id.in_(ids)).order_by(Course.slug)
    ):
        courses[cohort_id][slug] = course_id
    homes = select(Country).where(Country.code.in_({cohort.country_code for cohort in rows}))
    languages = {home.code: _language_of(home) for home in db.session.scalars(homes)}
    return {
        cohort.slug: KnownCohort(
            id=cohort.id,
            slug=cohort.slug,
            country=cohort.country_code,
            language=languages[cohort.country_code],
            courses=courses[cohort.id],
        )
        for cohort in rows
    }


def _language_of(country: Country) -> str:
    return next((code for code in country.languages if code in LANGUAGES), "en")


def _add_people(
    uploader: Person,
    addresses: Sequence[str],
    people: dict[str, KnownPerson],
    places: dict[tuple[int, int], dict[int, Place]],
) -> None:
    columns = (
        Person.id, Person.email, Person.active, Person.country_code, Person.given_name,
        Person.family_name, Person.given_name_latin, Person.family_name_latin,
    )  # fmt: skip
    rows = db.session.execute(select(*columns).where(Person.email.in_(addresses))).all()
    here = _places(uploader, Person.email.in_(addresses))
    countries = uploader.objects_of("coordinator", "country")
    seen = {person_id for person_id, _cohort_id in here}
    for row in rows:
        is_visible = row.id in seen or not countries.isdisjoint({"*", row.country_code})
        names = (row.given_name, row.family_name, row.given_name_latin, row.family_name_latin)
        people[row.email] = KnownPerson(row.id, row.active, is_visible, names)
    places.update(here)


def _places(
    uploader: Person, is_asked_for: ColumnElement[bool]
) -> dict[tuple[int, int], dict[int, Place]]:
    """Find the places of people in the cohorts that the uploader coordinates."""
    own = queries.coordinated_cohorts(uploader).with_only_columns(Cohort.id).order_by(None)
    query = (
        select(
            Enrolment.person_id,
            Enrolment.cohort_id,
            Enrolment.course_id,
            Enrolment.enrolled_at,
            Enrolment.withdrawn_at,
        )
        .join(Enrolment.person)
        .where(is_asked_for, Enrolment.cohort_id.in_(own))
    )
    places: dict[tuple[int, int], dict[int, Place]] = defaultdict(dict)
    for person_id, cohort_id, course_id, enrolled_at, left_at in db.session.execute(query):
        left_on = left_at.date() if left_at else None
        places[person_id, cohort_id][course_id] = Place(enrolled_at.date(), left_on)
    return places


def _institutions(
    countries: set[str],
) -> tuple[dict[str, frozenset[int]], dict[str, str]]:
    """List the bodies of some countries, and international ones, by each folded name."""
    query = (
        select(InstitutionName.folded, InstitutionName.name, queries.BODY_ID)
        .join(Institution, Institution.id == InstitutionName.institution_id)
        .where(or_(Institution.country_code.in_(countries), Institution.country_code.is_(None)))
    )
    found: dict[str, frozenset[int]] = {}
    names: dict[str, str] = {}
    for folded, name, institution_id in db.session.execute(query):
        found[folded] = found.get(folded, frozenset()) | {institution_id}
        names[folded] = name
    return found, names
