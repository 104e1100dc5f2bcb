"""Making and changing cohorts, and the courses they take. Nothing here commits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import RoleGrant
from lms.audit import services as audit
from lms.cohorts import queries
from lms.cohorts.models import Cohort, CohortCourse, Enrolment, Invitation, Nomination
from lms.cohorts.services.enrolment import enrol_in
from lms.cohorts.services.places import lock
from lms.cohorts.services.programmes import SlugTaken, changed, plain, save_version
from lms.courses.models import Course
from lms.errors import Conflict
from lms.extensions import db, insert_once


class SeatsTaken(Conflict):
    message = _l("More people than that have a place already. Write a larger number of seats.")


class CourseInUse(Conflict):
    message = _l(
        "Somebody is enrolled in this course, so it stays: what was learned in it would have no place."
    )


class CohortInUse(Conflict):
    message = _l(
        "Somebody was enrolled, invited or nominated here, so the cohort stays. It ends on its last day."
    )


def make_cohort(facts: dict[str, Any], course_ids: list[int], closes_at: datetime | None) -> Cohort:
    """Make a cohort that takes some courses, all due at one moment."""
    cohort = Cohort(**facts)
    try:
        with db.session.begin_nested():
            db.session.add(cohort)
    except IntegrityError as error:
        raise SlugTaken from error
    for course_id in course_ids:
        db.session.add(CohortCourse(cohort_id=cohort.id, course_id=course_id, closes_at=closes_at))
    db.session.flush()
    told = {name: value for name, value in facts.items() if name != "country_code"}
    audit.record(
        "make_cohort", "cohort", cohort.slug, country_code=cohort.country_code,
        courses=course_ids, **plain(told),
    )  # fmt: skip
    return cohort


def change_cohort(cohort: Cohort, facts: dict[str, Any], *, seen_version: int) -> None:
    """Save an edit of the version that was seen. Short name, country and programme stay.

    Raises:
        EditedMeanwhile: somebody saved another one since then.
        SeatsTaken: fewer seats than people who have a place.
    """
    lock(cohort)
    seats = facts["seats"]
    if seats is not None and seats < queries.taken_seats([cohort.id]).get(cohort.id, 0):
        raise SeatsTaken
    difference = changed(cohort, facts)
    save_version(cohort, facts, seen_version)
    audit.record(
        "change_cohort", "cohort", cohort.slug, country_code=cohort.country_code, **difference
    )


def add_course(cohort: Cohort, course: Course, closes_at: datetime | None) -> int:
    """Let a cohort take one more course; whoever is in the cohort is enrolled in it. Return how many are."""
    if not insert_once(CohortCourse, cohort_id=cohort.id, course_id=course.id, closes_at=closes_at):
        return 0
    link = db.session.get_one(CohortCourse, (cohort.id, course.id))
    query = select(Enrolment.person_id).where(
        Enrolment.cohort_id == cohort.id, Enrolment.withdrawn_at.is_(None)
    )
    people = sorted(set(db.session.scalars(query)))
    for person_id in people:
        enrol_in(link, person_id)
    audit.record(
        "add_course", "cohort", cohort.slug, country_code=cohort.country_code, course=course.slug,
        enrolled=len(people),
    )  # fmt: skip
    return len(people)


def remove_course(link: CohortCourse) -> None:
    """Take a course out of a cohort, as long as nobody was ever in it.

    Raises:
        CourseInUse: somebody is, or was.
    """
    cohort, course = link.cohort, link.course
    mine = (Enrolment.cohort_id == cohort.id, Enrolment.course_id == course.id)
    if db.session.scalar(select(Enrolment.id).where(*mine).limit(1)) is not None:
        raise CourseInUse
    db.session.delete(link)
    audit.record(
        "remove_course", "cohort", cohort.slug, country_code=cohort.country_code, course=course.slug
    )


def remove_cohort(cohort: Cohort) -> None:
    """Remove a cohort that nobody ever came into; roles for it go with it.

    Raises:
        CohortInUse: somebody did.
    """
    lock(cohort)
    for model in (Enrolment, Invitation, Nomination):
        query = select(model.id).where(model.cohort_id == cohort.id).limit(1)
        if db.session.scalar(query) is not None:
            raise CohortInUse
    audit.record("remove_cohort", "cohort", cohort.slug, country_code=cohort.country_code)
    db.session.execute(
        delete(RoleGrant).where(RoleGrant.scope == "cohort", RoleGrant.scope_object == cohort.slug)
    )
    db.session.delete(cohort)
    db.session.flush()
