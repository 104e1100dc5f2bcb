"""What a coordinator may decide about roles and accounts of the own people. Nothing here commits."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from lms.accounts import services as accounts
from lms.accounts.models import Person, RoleGrant
from lms.accounts.queries import person_by_email
from lms.accounts.rules import GIVEN_BY_COORDINATORS, Reach
from lms.audit import services as audit
from lms.cohorts.models import Cohort, CohortCourse
from lms.courses.models import Course
from lms.errors import LmsError, NotAllowed, NotFound
from lms.extensions import db


class NobodyHere(LmsError):
    """Said for an unknown address and for somebody of another country alike."""

    status = 422
    message = _l("Nobody of this delegation's country has an account with this address.")


class NotYours(NotAllowed):
    message = _l(
        "You can suspend learners, mentors and instructors of your own country."
        " For anybody else, ask an administrator."
    )


def course_slugs(cohort: Cohort) -> list[str]:
    query = (
        select(Course.slug)
        .join(CohortCourse, CohortCourse.course_id == Course.id)
        .where(CohortCourse.cohort_id == cohort.id)
    )
    return list(db.session.scalars(query.order_by(Course.slug)))


def reach_of(cohort: Cohort) -> Reach:
    """Return what lies inside the scope of whoever coordinates this cohort."""
    return Reach(
        frozenset({cohort.country_code}), frozenset({cohort.slug}), frozenset(course_slugs(cohort))
    )


def offered(cohort: Cohort) -> list[tuple[str, str]]:
    """List the roles that can be given here: what a form sends, and the words for it."""
    courses = [
        (f"instructor course {slug}", _("Instructor of the course %(course)s", course=slug))
        for slug in course_slugs(cohort)
    ]
    return [(f"mentor cohort {cohort.slug}", _("Mentor of this cohort")), *courses]


def grants_of(cohort: Cohort) -> list[RoleGrant]:
    """List who mentors this cohort, and who of its country teaches a course that it takes."""
    of_course = and_(
        RoleGrant.role == "instructor", RoleGrant.scope == "course",
        RoleGrant.scope_object.in_(course_slugs(cohort)),
    )  # fmt: skip
    of_cohort = and_(
        RoleGrant.role == "mentor", RoleGrant.scope == "cohort",
        RoleGrant.scope_object == cohort.slug,
    )  # fmt: skip
    query = (
        select(RoleGrant)
        .join(RoleGrant.person)
        .options(joinedload(RoleGrant.person))
        .where(
            or_(of_course, of_cohort),
            RoleGrant.is_open(),
            Person.country_code == cohort.country_code,
        )
        .order_by(RoleGrant.role, Person.family_name_latin, Person.id)
    )
    return list(db.session.scalars(query).unique())


def give_role(
    coordinator: Person, cohort: Cohort, email: str, grant: tuple[str, str, str], reason: str
) -> Person:
    """Give a role below the own one, for this cohort or a course of it, to somebody of its country."""
    person = person_by_email(email)
    if person is None or not person.active or person.country_code != cohort.country_code:
        raise NobodyHere
    accounts.grant_role(coordinator, person, *grant, reach=reach_of(cohort), reason=reason)
    return person


def withdraw_role(coordinator: Person, cohort: Cohort, grant_id: int) -> None:
    """Take back a role that the coordinator could give here, else 404."""
    grant = next((one for one in grants_of(cohort) if one.id == grant_id), None)
    if grant is None:
        raise NotFound
    given = (grant.role, grant.scope, grant.scope_object)
    accounts.refuse_grant(coordinator, grant.person, given, reach_of(cohort))
    accounts.withdraw_role(grant)


def may_suspend(coordinator: Person, cohort: Cohort, person: Person) -> bool:
    """Only people of the own country, whose roles the coordinator could give, and never oneself."""
    is_below = person.role_names <= GIVEN_BY_COORDINATORS
    return is_below and person.id != coordinator.id and person.country_code == cohort.country_code


def change_state(coordinator: Person, cohort: Cohort, person: Person, reason: str) -> None:
    """Suspend an account, or open a suspended one again."""
    if not may_suspend(coordinator, cohort, person):
        raise NotYours
    accounts.set_active(person, is_active=not person.active, reason=reason)


def send_link(coordinator: Person, cohort: Cohort, person: Person) -> None:
    if not may_suspend(coordinator, cohort, person):
        raise NotYours
    accounts.request_link(person.email)
    audit.record("send_sign_in_link", "person", person.id, country_code=person.country_code)
