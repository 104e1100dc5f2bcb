"""How many seats are taken, by whom, and who waits for one.

A seat is taken by whoever is enrolled, by a nominee who was given a place, and by an invitation whose
link still works: what was promised is not promised again. Somebody who is all three takes one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import CompoundSelect, Select, String, cast, func, literal, select, union

from lms.accounts.models import Person
from lms.cohorts.models import Cohort, Enrolment, Invitation, Nomination
from lms.cohorts.rules import Quota, Waiting
from lms.extensions import db


def intake_cohort_ids(cohort: Cohort) -> list[int]:
    """List the cohorts that share their spare seats with this one, itself among them."""
    if cohort.intake_id is None:
        return [cohort.id]
    query = select(Cohort.id).where(Cohort.intake_id == cohort.intake_id).order_by(Cohort.id)
    return list(db.session.scalars(query))


def seat_holders(cohort: Cohort) -> set[str]:
    """Return who takes a seat: addresses, and ``link:1`` for a link that nobody has used yet."""
    holders = _holders([cohort.id]).subquery()
    return set(db.session.scalars(select(holders.c.holder)))


def taken_seats(cohort_ids: Iterable[int]) -> dict[int, int]:
    """Count the taken seats of some cohorts; one where nobody is yet is left out."""
    holders = _holders(list(cohort_ids)).subquery()
    rows = db.session.execute(
        select(holders.c.cohort_id, func.count()).group_by(holders.c.cohort_id)
    )
    return dict(rows.all())


def _holders(cohort_ids: list[int]) -> CompoundSelect[int, str]:
    enrolled = (
        select(Enrolment.cohort_id, Person.email.label("holder"))
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.cohort_id.in_(cohort_ids), Enrolment.withdrawn_at.is_(None))
    )
    placed = (
        select(Nomination.cohort_id, func.coalesce(Person.email, Nomination.email))
        .outerjoin(Person, Person.id == Nomination.person_id)
        .where(
            Nomination.cohort_id.in_(cohort_ids),
            Nomination.placed_at.is_not(None),
            Nomination.withdrawn_at.is_(None),
        )
    )
    by_link = literal("link:") + cast(Invitation.id, String)
    invited = select(
        Invitation.cohort_id, func.coalesce(func.nullif(Invitation.email, ""), by_link)
    ).where(
        Invitation.cohort_id.in_(cohort_ids),
        Invitation.is_pending(),
        Invitation.expires_at > datetime.now(UTC),
    )
    return union(enrolled, placed, invited)


def quotas_of(cohort_ids: list[int]) -> list[Quota]:
    """Return the seats of some cohorts as they are now, taken and waited for; three statements."""
    seats = dict(
        db.session.execute(select(Cohort.id, Cohort.seats).where(Cohort.id.in_(cohort_ids))).all()
    )
    taken = taken_seats(cohort_ids)
    waiting: dict[int, list[Waiting]] = {}
    for one in db.session.execute(_waiting(cohort_ids)):
        waiting.setdefault(one.cohort_id, []).append(Waiting(one.id, one.approved_at))
    return [
        Quota(id_, seats[id_], taken.get(id_, 0), tuple(waiting.get(id_, ())))
        for id_ in sorted(seats)
    ]


def _waiting(cohort_ids: list[int]) -> Select[int, int, datetime | None]:
    return (
        select(Nomination.cohort_id, Nomination.id, Nomination.approved_at)
        .where(
            Nomination.cohort_id.in_(cohort_ids),
            Nomination.approved_at.is_not(None),
            Nomination.placed_at.is_(None),
            Nomination.withdrawn_at.is_(None),
        )
        .order_by(Nomination.approved_at, Nomination.id)
    )
