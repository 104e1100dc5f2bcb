"""Giving a place back before the course, or letting an invitation expire; the next one in the queue gets it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.cohorts import queries
from lms.cohorts.models import Cohort, Enrolment, Invitation, Nomination
from lms.cohorts.services.offers import close_invitations, end_invitation
from lms.cohorts.services.places import lock
from lms.cohorts.services.promotion import addressee, promote
from lms.errors import Conflict
from lms.extensions import db
from lms.notices import services as notices


class AlreadyWithdrawn(Conflict):
    message = _l(
        "This was withdrawn, accepted or decided before. Open the page again to see how it stands."
    )


def withdraw_nomination(
    nomination: Nomination, reason: str, *, is_by_oneself: bool
) -> list[Nomination]:
    """Take a nomination back, with the invitation and the place that came of it; return who gets the place.

    Of two who withdraw at once, the second waits, and its place goes to another person.
    """
    lock(nomination.cohort)
    claimed = db.session.scalar(
        update(Nomination)
        .where(Nomination.id == nomination.id, Nomination.withdrawn_at.is_(None))
        .values(withdrawn_at=datetime.now(UTC), reason=reason)
        .returning(Nomination.id)
    )
    if claimed is None:
        raise AlreadyWithdrawn
    db.session.refresh(nomination)
    to = addressee(nomination)
    if nomination.placed_at is not None:
        close_invitations(nomination.cohort, to.address)
        _end_enrolments(to.person, nomination.cohort)
    audit.record(
        "withdraw_nomination",
        "nomination",
        nomination.id,
        actor_id=to.person.id if is_by_oneself and to.person else None,
        country_code=nomination.cohort.country_code,
        reason=reason,
        cohort=nomination.cohort.slug,
        is_by_oneself=is_by_oneself,
    )
    notices.send_nomination_withdrawn(to, reason=reason)
    return promote(nomination.cohort) if nomination.placed_at is not None else []


def withdraw_invitation(invitation: Invitation, reason: str = "") -> list[Nomination]:
    """Let an invitation work no more; a nominee's place goes with it. Return who gets the place."""
    cohort = invitation.cohort
    lock(cohort)
    db.session.refresh(invitation)
    if invitation.accepted_at is not None or invitation.withdrawn_at is not None:
        raise AlreadyWithdrawn
    nomination = db.session.scalar(
        select(Nomination).where(
            Nomination.cohort_id == cohort.id,
            Nomination.email == invitation.email,
            Nomination.placed_at.is_not(None),
            Nomination.withdrawn_at.is_(None),
        )
    )
    if nomination is not None:
        return withdraw_nomination(nomination, reason, is_by_oneself=False)
    if not end_invitation(invitation):
        raise AlreadyWithdrawn
    audit.record(
        "withdraw_invitation",
        "invitation",
        invitation.id,
        country_code=cohort.country_code,
        cohort=cohort.slug,
    )
    return promote(cohort) if invitation.let_go_at is None else []


def let_expired_go(cohort: Cohort) -> list[Nomination]:
    """Give on the places of invitations that nobody accepted in time; return who gets them.

    Each is let go once, also with two who do this at the same time. Whoever is in the cohort for another reason, or
    was invited anew, keeps the place.
    """
    lock(cohort)
    gone = db.session.execute(
        update(Invitation)
        .where(Invitation.cohort_id == cohort.id, *queries.expired_with_a_place())
        .values(let_go_at=datetime.now(UTC))
        .returning(Invitation.id, Invitation.email)
        .execution_options(synchronize_session=False)
    )
    holders = {email or f"link:{id_}" for id_, email in gone}
    freed = holders - queries.seat_holders(cohort)
    return promote(cohort, freed=len(freed)) if freed else []


def _end_enrolments(person: Person | None, cohort: Cohort) -> None:
    if person is None:
        return
    ended = db.session.scalars(
        update(Enrolment)
        .where(
            Enrolment.person_id == person.id,
            Enrolment.cohort_id == cohort.id,
            Enrolment.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=datetime.now(UTC))
        .returning(Enrolment.id)
    ).all()
    if ended:
        audit.record(
            "withdraw", "person", person.id, country_code=cohort.country_code, cohort=cohort.slug
        )
