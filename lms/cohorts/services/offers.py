"""Ways in that stand open for somebody: they end when the person comes in, and when a coordinator ends them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import func, literal, select, update

from lms.accounts.models import Person
from lms.cohorts.models import Cohort, Invitation, Nomination
from lms.extensions import UtcDateTime, db


def close_invitations(cohort: Cohort, email: str) -> None:
    """Let no invitation to an address work, or be renewed; a link that was handed over has no address."""
    if email:
        _close(cohort.id, [email])


def end_invitation(invitation: Invitation) -> bool:
    """Withdraw an invitation, with all others to its address; False when it was accepted or withdrawn before."""
    ended = db.session.scalar(
        update(Invitation)
        .where(
            Invitation.id == invitation.id,
            Invitation.is_pending(),
        )
        .values(withdrawn_at=datetime.now(UTC))
        .returning(Invitation.id)
    )
    if ended is not None:
        close_invitations(invitation.cohort, invitation.email)
    return ended is not None


def settle(cohort_id: int, person_ids: Collection[int]) -> None:
    """Use up what stood open for people who are in now.

    An invitation left over would let them in again after they have left, and a turn in the queue would hold up others.
    """
    addresses = list(db.session.scalars(select(Person.email).where(Person.id.in_(person_ids))))
    _close(cohort_id, addresses)
    now = literal(datetime.now(UTC), UtcDateTime())
    whose = select(Person.id).where(Person.email == Nomination.email).scalar_subquery()
    db.session.execute(
        update(Nomination)
        .where(
            Nomination.cohort_id == cohort_id,
            Nomination.email.in_(addresses) | Nomination.person_id.in_(person_ids),
            Nomination.declined_at.is_(None),
            Nomination.withdrawn_at.is_(None),
        )
        .values(
            approved_at=func.coalesce(Nomination.approved_at, now),
            placed_at=func.coalesce(Nomination.placed_at, now),
            person_id=func.coalesce(Nomination.person_id, whose),
        )
    )


def _close(cohort_id: int, addresses: Collection[str]) -> None:
    db.session.execute(
        update(Invitation)
        .where(
            Invitation.cohort_id == cohort_id,
            Invitation.email.in_(addresses),
            Invitation.is_pending(),
        )
        .values(withdrawn_at=datetime.now(UTC))
    )
