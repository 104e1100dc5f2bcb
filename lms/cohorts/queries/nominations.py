"""Nominations: who is proposed, who waits where in which queue."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from flask import current_app
from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from lms.accounts.models import Person, RoleGrant
from lms.cohorts.models import Cohort, Enrolment, Invitation, Nomination, Programme
from lms.cohorts.queries.places import quotas_of, taken_seats
from lms.cohorts.rules import NominationState, Quota
from lms.errors import NotFound
from lms.extensions import db

state_column: ColumnElement[str] = case(
    (Nomination.withdrawn_at.is_not(None), NominationState.WITHDRAWN.value),
    (Nomination.declined_at.is_not(None), NominationState.DECLINED.value),
    (Nomination.placed_at.is_not(None), NominationState.PLACED.value),
    (Nomination.approved_at.is_not(None), NominationState.WAITING.value),
    else_=NominationState.UNDECIDED.value,
)
"""What ``rules.nomination_state`` says, for the database."""


CAME = (Nomination.nominated_at.asc(),)
WAITED = (Nomination.approved_at.asc(),)


class NominationUnknown(NotFound):
    message = _l(
        "This link is not complete, or the nomination was made anew. Open the newest e-mail about it."
    )


def nominations_in(cohort_ids: list[int], state: NominationState) -> Select[Nomination]:
    """Select the nominations of some cohorts in one state, whoever waits longest first."""
    return (
        select(Nomination)
        .options(selectinload(Nomination.nominated_by))
        .where(Nomination.cohort_id.in_(cohort_ids), state_column == state.value)
        .order_by(*(WAITED if state is NominationState.WAITING else CAME), Nomination.id)
    )


def nomination_counts(cohort_ids: list[int]) -> Counter[str]:
    """Count the nominations of some cohorts by their state."""
    rows = db.session.execute(
        select(state_column.label("state"), func.count())
        .where(Nomination.cohort_id.in_(cohort_ids))
        .group_by(state_column)
    )
    return Counter(dict(rows.all()))


def nomination_of(cohort: Cohort, nomination_id: int) -> Nomination:
    """Return a nomination of a cohort that the caller was allowed to open, else 404."""
    found = db.session.get(Nomination, nomination_id)
    if found is None or found.cohort_id != cohort.id:
        raise NotFound
    return found


def earlier_nomination(cohort: Cohort, email: str, person: Person | None) -> Nomination | None:
    """Return somebody's nomination, an open one first; it is theirs also when their address has changed since."""
    is_theirs = Nomination.email == email
    if person is not None:
        is_theirs |= Nomination.person_id == person.id
    query = (
        select(Nomination)
        .where(Nomination.cohort_id == cohort.id, is_theirs)
        .order_by(Nomination.withdrawn_at.is_not(None), Nomination.email != email)
    )
    return db.session.scalar(query.limit(1))


def nominations_of_ids(cohort_ids: list[int], nomination_ids: list[int]) -> list[Nomination]:
    """Return the chosen nominations of some cohorts, in the order they came; one that is foreign is a 404."""
    query = (
        select(Nomination)
        .where(Nomination.id.in_(nomination_ids), Nomination.cohort_id.in_(cohort_ids))
        .order_by(Nomination.nominated_at, Nomination.id)
    )
    found = list(db.session.scalars(query))
    if len(found) != len(set(nomination_ids)):
        raise NotFound
    return found


def queue_places(cohort_ids: list[int]) -> dict[int, int]:
    """Return the place of each who waits in the queue of the own country, by nomination; 1 is next."""
    place = func.row_number().over(
        partition_by=Nomination.cohort_id, order_by=(Nomination.approved_at, Nomination.id)
    )
    rows = db.session.execute(
        select(Nomination.id, place).where(
            Nomination.cohort_id.in_(cohort_ids), state_column == NominationState.WAITING.value
        )
    )
    return dict(rows.all())


def quota_of(cohort: Cohort) -> Quota:
    """Return a cohort's seats as they are now."""
    return quotas_of([cohort.id])[0]


def free_seats(cohorts: list[Cohort]) -> dict[int, int]:
    """Count the free own seats of the cohorts that have a number of them."""
    taken = taken_seats(cohort.id for cohort in cohorts)
    return {
        cohort.id: max(0, cohort.seats - taken.get(cohort.id, 0))
        for cohort in cohorts
        if cohort.seats is not None
    }


def deciding_programme(person: Person, slug: str) -> Programme:
    """Return a programme whose nominations somebody decides: its own coordinators, else 404."""
    found = db.session.scalar(select(Programme).where(Programme.slug == slug))
    if found is None or slug not in person.objects_of("coordinator", "programme"):
        raise NotFound
    return found


def programme_cohorts(programme: Programme) -> list[Cohort]:
    """List all cohorts of a programme that the caller was allowed to open."""
    query = (
        select(Cohort)
        .options(joinedload(Cohort.intake))
        .where(Cohort.programme_id == programme.id)
        .order_by(Cohort.country_code, Cohort.id)
    )
    return list(db.session.scalars(query))


def deciders_of(programme: Programme) -> list[Person]:
    """List who decides the nominations of a programme."""
    held = select(RoleGrant.person_id).where(
        RoleGrant.role == "coordinator",
        RoleGrant.scope == "programme",
        RoleGrant.scope_object == programme.slug,
        RoleGrant.is_open(),
    )
    query = select(Person).where(Person.id.in_(held), Person.active.is_(True)).order_by(Person.id)
    return list(db.session.scalars(query).unique())


def last_invitation(nomination: Nomination) -> Invitation | None:
    """Return the newest invitation that a nominee was sent."""
    query = (
        select(Invitation)
        .where(Invitation.cohort_id == nomination.cohort_id, Invitation.email == nomination.email)
        .order_by(Invitation.id.desc())
    )
    return db.session.scalar(query.limit(1))


def is_enrolled(person: Person, cohort: Cohort) -> bool:
    query = select(Enrolment.id).where(
        Enrolment.person_id == person.id,
        Enrolment.cohort_id == cohort.id,
        Enrolment.withdrawn_at.is_(None),
    )
    return db.session.scalar(query.limit(1)) is not None


def enrolled_cohort_ids(person: Person) -> set[int]:
    """Return the cohorts that somebody is in."""
    query = select(Enrolment.cohort_id).where(
        Enrolment.person_id == person.id, Enrolment.withdrawn_at.is_(None)
    )
    return set(db.session.scalars(query))


def joinable_cohorts(person: Person) -> list[Cohort]:
    """List the cohorts of somebody's own country that are open to whoever wants to join."""
    now = datetime.now(UTC)
    query = (
        select(Cohort)
        .where(
            Cohort.country_code == person.country_code,
            Cohort.is_self_enrolment_open,
            Cohort.ends_on >= now.date() - timedelta(days=1),
        )
        .order_by(Cohort.starts_on, Cohort.slug)
    )
    return [cohort for cohort in db.session.scalars(query) if not cohort.is_over(now)]


def joinable_cohort(person: Person, slug: str) -> Cohort:
    """Return a cohort that somebody may join, else 404: also for one of another country."""
    for one in joinable_cohorts(person):
        if one.slug == slug:
            return one
    raise NotFound


def own_nominations(person: Person) -> list[Nomination]:
    """List a person's own nominations, those that were never taken up by an account by their address."""
    query = (
        select(Nomination)
        .where(
            (Nomination.person_id == person.id)
            | (Nomination.person_id.is_(None) & (Nomination.email == person.email))
        )
        .order_by(Nomination.nominated_at.desc())
    )
    return list(db.session.scalars(query))


def own_nomination(person: Person, nomination_id: int) -> Nomination:
    """Return a person's own nomination, else 404."""
    for one in own_nominations(person):
        if one.id == nomination_id:
            return one
    raise NotFound


def nomination_token(nomination: Nomination) -> str:
    """Return what the mailed link to a nomination has: signed, and another one when it is made anew."""
    return str(_signer().dumps([nomination.id, int(nomination.nominated_at.timestamp())]))


def nomination_behind(token: str) -> Nomination:
    """Return the nomination that a mailed link leads to."""
    try:
        nomination_id, seconds = _signer().loads(token)
    except (BadSignature, ValueError, TypeError) as error:
        raise NominationUnknown from error
    found = db.session.get(Nomination, nomination_id)
    if found is None or int(found.nominated_at.timestamp()) != seconds:
        raise NominationUnknown
    return found


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="nomination")
