"""What a certificate is earned by: an enrolment, or teaching a course of a cohort."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import NoResultFound

from lms.accounts.models import Person
from lms.certificates import rules
from lms.certificates.models import Certificate
from lms.cohorts.models import Cohort, CohortCourse, Enrolment
from lms.courses.models import Course
from lms.courses.queries import newest_version, outline_of
from lms.errors import NotFound
from lms.extensions import db


@dataclass(frozen=True)
class Occasion:
    """Why somebody may get a certificate; ``key`` is what the certificate keeps of it.

    Attributes:
        key: "enrolment:12", or "instructor:PERSON:COHORT:COURSE", with ids.
        person: who gets it.
        cohort: whose country issues it.
        course: what it is about.
        version_id: of the course, whose title is printed.
        enrolment: None where somebody taught.
    """

    key: str
    person: Person
    cohort: Cohort
    course: Course
    version_id: int
    enrolment: Enrolment | None = None


def of_enrolment(enrolment: Enrolment) -> Occasion:
    return Occasion(
        f"enrolment:{enrolment.id}", enrolment.person, enrolment.cohort, enrolment.course,
        enrolment.version_id, enrolment,
    )  # fmt: skip


def of_teaching(
    person: Person, cohort: Cohort, course: Course, version_id: int | None = None
) -> Occasion:
    """Return the occasion of somebody who teaches; lists know the newest version of the course already."""
    key = f"instructor:{person.id}:{cohort.id}:{course.id}"
    version_id = version_id or newest_version(course.slug).id
    return Occasion(key, person, cohort, course, version_id)


def occasion_of(what: str | Enrolment | Certificate | Occasion) -> Occasion:
    """Return the occasion behind a key, an enrolment or a certificate, else 404. Looks at no rights."""
    if isinstance(what, Occasion):
        return what
    if isinstance(what, Enrolment):
        return of_enrolment(what)
    key = what.occasion if isinstance(what, Certificate) else what
    kind, _colon, rest = key.partition(":")
    ids = [int(part) for part in rest.split(":") if part.isdecimal() and len(part) < 10]
    try:
        if kind == "enrolment":
            (enrolment_id,) = ids
            return of_enrolment(db.session.get_one(Enrolment, enrolment_id))
        person_id, cohort_id, course_id = ids if kind == "instructor" else []
        return of_teaching(
            db.session.get_one(Person, person_id),
            db.session.get_one(Cohort, cohort_id),
            db.session.get_one(Course, course_id),
        )
    except (ValueError, NoResultFound) as error:
        raise NotFound from error


def is_taught(occasion: Occasion) -> bool:
    """Tell whether the person teaches the course, and the cohort takes it."""
    place = {"cohort_id": occasion.cohort.id, "course_id": occasion.course.id}
    is_taken = db.session.get(CohortCourse, place) is not None
    return is_taken and occasion.person.holds("instructor", "course", occasion.course.slug)


def page_path(occasion: Occasion, number: str) -> str:
    """Return where its holder looks at a certificate: the course's page, or its own."""
    if occasion.enrolment is None:
        return f"/certificates/mine/{number}"
    return f"/learn/{occasion.cohort.slug}/{occasion.course.slug}/certificate"


def last_day_of(version_id: int, kind: str, issued_on: date) -> date | None:
    """Return until when a certificate of that day holds; None: for ever, as all but those of completion do."""
    if kind != rules.Kind.COMPLETION:
        return None
    months = outline_of(version_id).certificate.get("valid_months")
    return rules.last_day(issued_on, months)
