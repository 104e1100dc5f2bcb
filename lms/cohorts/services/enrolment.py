"""Taking people into the courses of a cohort."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, tuple_, update

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.cohorts import queries
from lms.cohorts.models import Cohort, CohortCourse, Enrolment
from lms.cohorts.services.offers import settle
from lms.errors import Conflict
from lms.extensions import db, insert_many_once, insert_once


class AlreadyEnrolled(Conflict):
    message = _l("This person is in the cohort already.")


def enrol(person: Person, cohort: Cohort) -> list[Enrolment]:
    """Enrol somebody in every course of a cohort, in its newest version; return what changed.

    Doing it twice changes nothing. Whoever had left comes back to where they were.
    """
    links = queries.courses_of(cohort)
    made = [enrolment for link in links if (enrolment := enrol_in(link, person.id)) is not None]
    if made:
        settle(cohort.id, [person.id])
        audit.record(
            "enrol", "person", person.id, country_code=cohort.country_code, cohort=cohort.slug
        )
    return made


def enrol_in(link: CohortCourse, person_id: int) -> Enrolment | None:
    """Enrol somebody in one course of a cohort; None for whoever is in it."""
    place = {"person_id": person_id, "cohort_id": link.cohort_id, "course_id": link.course_id}
    is_new = insert_once(
        Enrolment,
        **place,
        version_id=queries.newest_version_id(link.course_id),
        enrolled_at=datetime.now(UTC),
    )
    enrolment = db.session.scalars(select(Enrolment).filter_by(**place)).one()
    if not is_new and enrolment.withdrawn_at is None:
        return None
    enrolment.withdrawn_at = None
    return enrolment


def enrol_many(places: Iterable[tuple[int, int, int]]) -> None:
    """Give many places ``(person, cohort, course)`` at once, as ``enrol`` gives one; the caller writes the log."""
    wanted = list(places)
    if not wanted:
        return
    versions = queries.newest_version_ids({course_id for _person, _cohort, course_id in wanted})
    now = datetime.now(UTC)
    insert_many_once(
        Enrolment,
        [
            {
                "person_id": person_id,
                "cohort_id": cohort_id,
                "course_id": course_id,
                "version_id": versions[course_id],
                "enrolled_at": now,
            }
            for person_id, cohort_id, course_id in wanted
        ],
    )
    place = tuple_(Enrolment.person_id, Enrolment.cohort_id, Enrolment.course_id)
    db.session.execute(
        update(Enrolment)
        .where(place.in_(wanted), Enrolment.withdrawn_at.is_not(None))
        .values(withdrawn_at=None)
        .execution_options(synchronize_session=False)
    )
    for cohort_id in {cohort_id for _person, cohort_id, _course in wanted}:
        settle(cohort_id, {person for person, cohort, _course in wanted if cohort == cohort_id})
