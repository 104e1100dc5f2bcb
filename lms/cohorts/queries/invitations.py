from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import aliased

from lms.cohorts.models import (
    Cohort,
    Invitation,
)
from lms.extensions import db


def open_invitations(cohort: Cohort) -> list[Invitation]:
    """List who was invited and has not accepted: one for each address, the newest."""
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
    query = (
        select(Invitation)
        .where(Invitation.cohort_id == cohort.id, Invitation.accepted_at.is_(None), ~has_newer)
        .order_by(Invitation.invited_at)
    )
    return list(db.session.scalars(query))
