"""Invitations by a link that is handed over: by messenger, on paper, in a meeting.

Whoever opens it types an address, and only the link that is mailed there accepts: so nobody takes a
place for somebody else's mailbox. The first who accepts has used it up.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from lms.accounts.models import Person
from lms.accounts.rules import normal_email
from lms.audit import services as audit
from lms.cohorts.models import Cohort, Invitation
from lms.cohorts.rules import InvitationState
from lms.cohorts.services.invitations import (
    REFUSALS,
    InvitationStillOpen,
    Opened,
    hashed,
    lifetime,
    new_invitation,
    require_open,
    state_of,
)
from lms.cohorts.services.places import NoPlaceLeft, Room
from lms.errors import Conflict
from lms.extensions import db
from lms.notices import services as notices


class LinkNotExpired(Conflict):
    message = _l("This link still works, or it was used or withdrawn. Open the page again to see.")


def make_link(
    inviter: Person, cohort: Cohort, language: str, note: str = ""
) -> tuple[Invitation, str]:
    """Make a link that gives one person a place; return it with its token, which nobody sees again."""
    Room(cohort).take("a link that nobody has used yet")
    return new_invitation(inviter, cohort, language, note=note)


def prove_address(opened: Opened, address: str) -> None:
    """Mail a link to whoever opened this one. Typing another address later replaces the first.

    Raises:
        InvitationStillOpen: it was mailed to one address, so nobody else can have it.
    """
    require_open(opened)
    if not opened.is_handed_over:
        raise InvitationStillOpen
    invitation, token = opened.invitation, secrets.token_urlsafe(32)
    invitation.asked_email = normal_email(address)
    invitation.proof_hash = hashed(token)
    db.session.flush()
    notices.send_invitation_proof(
        invitation.asked_email,
        language=invitation.language,
        token=token,
        cohort_title=invitation.cohort.title,
        inviter=invitation.invited_by.name,
        until=invitation.expires_at,
        time_zone=invitation.cohort.time_zone,
    )


def ask_for_renewal(opened: Opened) -> None:
    """Note that whoever has an expired link would like it to work again; asking twice changes nothing."""
    state = state_of(opened)
    if state is InvitationState.OPEN:
        raise InvitationStillOpen
    if state is not InvitationState.EXPIRED:
        raise REFUSALS[state]
    if opened.invitation.renewal_asked_at is None:
        opened.invitation.renewal_asked_at = datetime.now(UTC)


def renew_link(invitation: Invitation) -> None:
    """Let an expired link work again for whoever has it, when there is a place."""
    now = datetime.now(UTC)
    room = Room(invitation.cohort)
    if not room.has("a link that nobody has used yet"):
        raise NoPlaceLeft
    renewed = db.session.scalar(
        update(Invitation)
        .where(
            Invitation.id == invitation.id,
            Invitation.email == "",
            Invitation.is_pending(),
            Invitation.expires_at <= now,
        )
        .values(expires_at=now + lifetime(), let_go_at=None, renewal_asked_at=None)
        .returning(Invitation.id)
    )
    if renewed is None:
        raise LinkNotExpired
    audit.record(
        "renew_invitation",
        "invitation",
        invitation.id,
        country_code=invitation.cohort.country_code,
        cohort=invitation.cohort.slug,
    )
