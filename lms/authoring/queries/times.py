"""Who takes a course and when: what its instructor decides about time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.accounts.models import Person
from lms.cohorts.models import Cohort, CohortCourse, Enrolment
from lms.courses.models import CourseVersion
from lms.extensions import db
from lms.quizzes.models import ExtraTime
from lms.quizzes.queries import extra_times_of


def cohorts_taking(version: CourseVersion) -> list[CohortCourse]:
    """List the cohorts that take a course, the newest first."""
    query = (
        select(CohortCourse)
        .join(CohortCourse.cohort)
        .options(joinedload(CohortCourse.cohort))
        .where(CohortCourse.course_id == version.course_id)
        .order_by(Cohort.starts_on.desc(), Cohort.slug)
    )
    return list(db.session.scalars(query))


@dataclass(frozen=True)
class Takers:
    """Everybody whom an instructor may give extra time: people by name, and whole cohorts."""

    cohorts: list[Cohort]
    people: dict[int, list[Person]]  # by the cohort's id

    def holder(self, key: str) -> Person | Cohort | None:
        """Return who is meant by ``person-17`` or ``cohort-3``."""
        return dict(self._keyed()).get(key)

    def _keyed(self) -> Iterable[tuple[str, Person | Cohort]]:
        for cohort in self.cohorts:
            yield f"cohort-{cohort.id}", cohort
            for person in self.people.get(cohort.id, []):
                yield f"person-{person.id}", person

    def extra_times(self) -> list[tuple[Person | Cohort, ExtraTime]]:
        """List who has extra time, the newest first."""
        known = dict(self._keyed())
        given = extra_times_of(
            (person.id for people in self.people.values() for person in people),
            (cohort.id for cohort in self.cohorts),
        )
        keys = (
            f"person-{one.person_id}" if one.person_id else f"cohort-{one.cohort_id}"
            for one in given
        )
        return [(known[key], one) for key, one in zip(keys, given, strict=True)]


def takers_of(version: CourseVersion) -> Takers:
    """Collect who takes a course, from two statements."""
    people: dict[int, list[Person]] = {}
    rows = db.session.execute(
        select(Enrolment.cohort_id, Person)
        .join(Enrolment.person)
        .where(Enrolment.course_id == version.course_id, Enrolment.withdrawn_at.is_(None))
    ).unique()
    for cohort_id, person in rows:
        people.setdefault(cohort_id, []).append(person)
    for members in people.values():
        members.sort(key=lambda one: (one.name_latin or one.name).casefold())
    return Takers([link.cohort for link in cohorts_taking(version)], people)
