from __future__ import annotations

from collections import defaultdict

from flask_babel import gettext as _
from sqlalchemy import select

from lms.accounts.models import Person
from lms.cohorts.models import Affiliation, Cohort, Enrolment
from lms.cohorts.services.imports.fields import FIELDS, LABELS
from lms.courses.models import Course
from lms.extensions import db
from lms.lib.sheets import Sheet


def people_sheet(cohort: Cohort) -> Sheet:
    """List the people of a cohort with the columns of an import: importing it again changes nothing."""
    courses = _courses_by_person(cohort)
    here = select(Enrolment.person_id).where(
        Enrolment.cohort_id == cohort.id, Enrolment.withdrawn_at.is_(None)
    )
    query = (
        select(Person, Affiliation)
        .outerjoin(Affiliation, Affiliation.person_id == Person.id)
        .where(Person.id.in_(here))
        .order_by(Person.family_name_latin, Person.given_name_latin, Person.id)
    )
    rows = [
        _row(person, affiliation, cohort, courses[person.id])
        for person, affiliation in db.session.execute(query).unique()
    ]
    header = [str(LABELS[field]) for field in FIELDS]
    return Sheet(_("People"), header, rows, [(_("Cohort"), cohort.title)])


def _courses_by_person(cohort: Cohort) -> dict[int, list[str]]:
    query = (
        select(Enrolment.person_id, Course.slug)
        .join(Enrolment.course)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.withdrawn_at.is_(None))
        .order_by(Course.slug)
    )
    courses: dict[int, list[str]] = defaultdict(list)
    for person_id, slug in db.session.execute(query):
        courses[person_id].append(slug)
    return courses


def _row(
    person: Person, affiliation: Affiliation | None, cohort: Cohort, courses: list[str]
) -> list[str]:
    values = {
        "email": person.email,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "given_name_latin": person.given_name_latin,
        "family_name_latin": person.family_name_latin,
        "country": person.country_code,
        "language": person.language,
        "institution": affiliation.institution.name if affiliation else "",
        "post": affiliation.post if affiliation else "",
        "gender": person.gender,
        "cohort": cohort.slug,
        "courses": ", ".join(courses),
    }
    return [values[field] for field in FIELDS]
