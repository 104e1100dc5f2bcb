from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from lms.cohorts.models import (
    Cohort,
    Invitation,
)
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
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .order_by(Invitation.invited_at)
    )
