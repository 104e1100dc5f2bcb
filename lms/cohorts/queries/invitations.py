from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Person
from lms.cohorts.models import Cohort, Enrolment, Invitation
from lms.errors import NotFound
from lms.extensions import db


def open_invitations(cohort: Cohort) -> list[Invitation]:
    """List who was invited by e-mail and has not accepted: one for each address, the newest."""
    newer = aliased(Invitation)
    has_newer = (
        select(newer)
        .where(
            newer.cohort_id == Invitation.cohort_id,
            newer.email == Invitation.email,
            newer.id > Invitation.id,
        )
        .exists()
    )
    query = _unaccepted(cohort).where(Invitation.email != "", ~has_newer)
    return list(db.session.scalars(query))


def open_links(cohort: Cohort) -> list[Invitation]:
    """List the links that were made to hand over and that nobody has used."""
    return list(db.session.scalars(_unaccepted(cohort).where(Invitation.email == "")))


@dataclass(frozen=True)
class Known:
    """The addresses that a cohort has: nobody is invited twice."""

    enrolled: frozenset[str]
    invited: frozenset[str]  # with an invitation that works


def known_in(cohort: Cohort) -> Known:
    """Return who is in a cohort or invited to it; two statements, however many addresses are compared."""
    enrolled = (
        select(Person.email)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.withdrawn_at.is_(None))
    )
    invited = select(Invitation.email).where(
        Invitation.cohort_id == cohort.id,
        Invitation.is_pending(),
        Invitation.expires_at > datetime.now(UTC),
    )
    return Known(frozenset(db.session.scalars(enrolled)), frozenset(db.session.scalars(invited)))


def expired_with_a_place() -> tuple[ColumnElement[bool], ...]:
    """Say which invitations have expired while nobody has let their place go yet."""
    return (
        Invitation.is_pending(),
        Invitation.let_go_at.is_(None),
        Invitation.expires_at <= datetime.now(UTC),
    )


def cohorts_with_expired() -> list[Cohort]:
    """List the cohorts, of those that are not over, in which invitations have expired."""
    now = datetime.now(UTC)
    with_expired = select(Invitation.cohort_id).where(*expired_with_a_place())
    query = (
        select(Cohort)
        .where(Cohort.id.in_(with_expired), Cohort.ends_on >= now.date() - timedelta(days=1))
        .order_by(Cohort.id)
    )
    return [cohort for cohort in db.session.scalars(query) if not cohort.is_over(now)]


def invitation_of(cohort: Cohort, invitation_id: int) -> Invitation:
    """Return an invitation of a cohort that the caller was allowed to open, else 404."""
    query = select(Invitation).where(
        Invitation.id == invitation_id, Invitation.cohort_id == cohort.id
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def _unaccepted(cohort: Cohort) -> Select[Invitation]:
    return (
        select(Invitation)
        .where(
            Invitation.cohort_id == cohort.id,
            Invitation.is_pending(),
        )
        .order_by(Invitation.invited_at)
    )
