"""What learners asked about steps: their own, and what reaches the staff of a course or cohort."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from lms.accounts.models import Person, RoleGrant
from lms.cohorts.models import Cohort, Enrolment, StepQuestion
from lms.courses.models import Course
from lms.errors import NotFound
from lms.extensions import db

KINDS = ("question", "mistake", "translation")

# With who asked and where, and without the roles of each person, which nobody asks for here.
ASKED = (
    select(StepQuestion)
    .join(StepQuestion.enrolment)
    .join(Enrolment.person)
    .join(Enrolment.cohort)
    .join(Enrolment.course)
    .options(
        contains_eager(StepQuestion.enrolment).contains_eager(Enrolment.person).lazyload(Person.grants),
        contains_eager(StepQuestion.enrolment).contains_eager(Enrolment.cohort),
        contains_eager(StepQuestion.enrolment).contains_eager(Enrolment.course),
        selectinload(StepQuestion.replies),
    )
)  # fmt: skip


def questions_of(enrolment_id: int) -> list[StepQuestion]:
    """List what a learner asked in the own course, the newest first."""
    query = ASKED.where(StepQuestion.enrolment_id == enrolment_id)
    return list(db.session.scalars(query.order_by(StepQuestion.id.desc())))


def question_of(enrolment_id: int, question_id: int) -> StepQuestion:
    """Return one of a learner's own questions, else 404."""
    return _one(ASKED.where(StepQuestion.enrolment_id == enrolment_id), question_id)


def questions_for(person: Person, *, state: str = "", kind: str = "") -> Select[Any]:
    """Select what reaches an instructor of the course or a mentor of the cohort, the oldest open one first."""
    query = ASKED.where(_reaches(person)).order_by(
        StepQuestion.closed_at.is_not(None), StepQuestion.id
    )
    if state:
        is_open = StepQuestion.closed_at.is_(None)
        query = query.where(is_open if state == "open" else ~is_open)
    return query.where(StepQuestion.kind == kind) if kind else query


def question_for(person: Person, question_id: int) -> StepQuestion:
    """Return one question that reaches somebody, else 404."""
    return _one(ASKED.where(_reaches(person)), question_id)


def _reaches(person: Person) -> Any:
    courses = person.objects_of("instructor", "course")
    teaches = Course.slug.in_(courses) if "*" not in courses else Course.id.is_not(None)
    return or_(teaches, Cohort.slug.in_(person.objects_of("mentor", "cohort")))


def _one(query: Select[Any], question_id: int) -> StepQuestion:
    found: StepQuestion | None = db.session.scalar(query.where(StepQuestion.id == question_id))
    if found is None:
        raise NotFound
    return found


def staff_of(enrolment: Enrolment) -> list[Person]:
    """List who answers a learner: mentors of the cohort and instructors of this course.

    Where there are none, those who teach every course.
    """
    is_near = or_(
        (RoleGrant.role == "mentor") & (RoleGrant.scope_object == enrolment.cohort.slug),
        (RoleGrant.role == "instructor") & (RoleGrant.scope_object == enrolment.course.slug),
    )
    is_far = (RoleGrant.role == "instructor") & (RoleGrant.scope == "all")
    for condition in (is_near, is_far):
        holders = select(RoleGrant.person_id).where(condition, RoleGrant.is_open())
        query = select(Person).where(Person.id.in_(holders), Person.active.is_(True))
        found = list(db.session.scalars(query.order_by(Person.id)).unique())
        if found:
            return found
    return []
