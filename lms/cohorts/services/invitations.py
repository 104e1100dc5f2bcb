"""Offering a place, and taking it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import case, select, update

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.accounts.queries import person_by_email
from lms.accounts.rules import normal_email
from lms.audit import services as audit
from lms.cohorts import queries, rules, signals
from lms.cohorts.models import Cohort, Country, Invitation
from lms.cohorts.rules import InvitationState
from lms.cohorts.services.enrolment import AlreadyEnrolled, enrol
from lms.cohorts.services.places import Room
from lms.errors import LmsError
from lms.extensions import db
from lms.notices import services as notices


class InvitationUnknown(LmsError):
    status = 404
    message = _l(
        "This invitation link is not complete. Open it from the e-mail again, or copy all of it."
    )


class InvitationRefused(LmsError):
    """The link is right, but it does not work: not any more, or not for this."""

    status = 410


class InvitationUsed(InvitationRefused):
    message = _l(
        "This invitation was accepted already. Sign in with the e-mail address it was sent to."
    )


class InvitationExpired(InvitationRefused):
    message = _l(
        "This invitation has expired. Ask for a new one below; it goes to the same e-mail address."
    )


class InvitationWithdrawn(InvitationRefused):
    message = _l(
        "This invitation was withdrawn, or whoever sent it can no longer invite."
        " Ask your coordinator for a new one."
    )


class InvitationStillOpen(InvitationRefused):
    status = 409
    message = _l("This invitation still works. Accept it here; you need no new one.")


class AddressNotProved(InvitationRefused):
    status = 409
    message = _l(
        "Write your e-mail address first; the link that is sent there accepts the invitation."
    )


class AccountClosed(InvitationRefused):
    status = 403
    message = _l("The account with this e-mail address is closed. Write to your coordinator.")


REFUSALS = {
    InvitationState.USED: InvitationUsed,
    InvitationState.EXPIRED: InvitationExpired,
    InvitationState.WITHDRAWN: InvitationWithdrawn,
}


@dataclass(frozen=True)
class Opened:
    """An invitation as one link opens it: e-mailed to an address, or handed over to nobody in particular."""

    invitation: Invitation
    email: str  # the mailbox that the link came to; empty: a link that was handed over

    @property
    def is_handed_over(self) -> bool:
        return not self.email


def invite(
    inviter: Person, cohort: Cohort, address: str, language: str, room: Room | None = None
) -> Invitation:
    """Offer somebody a place; an earlier open invitation to the same address stops working.

    The place is kept until the invitation expires. For many at once, make one ``room`` and give it each time.
    """
    email = normal_email(address)
    person = person_by_email(email)
    if person is not None and queries.is_enrolled(person, cohort):
        raise AlreadyEnrolled
    (room or Room(cohort)).take(email)
    invitation, token = new_invitation(inviter, cohort, language, email=email)
    signals.invited.send(
        email,
        language=language,
        token=token,
        cohort_title=cohort.title,
        inviter=inviter.name,
        inviter_email=inviter.email,
        until=invitation.expires_at,
        time_zone=cohort.time_zone,
    )
    return invitation


def preview_invitation(inviter: Person, cohort: Cohort, language: str) -> tuple[str, str]:
    """Return subject and text of an invitation as it would be sent; the real link has a secret at its end."""
    return notices.invitation_preview(
        language=language,
        token="…",  # noqa: S106 - where the secret would be
        cohort_title=cohort.title,
        inviter=inviter.name,
        inviter_email=inviter.email,
        until=datetime.now(UTC) + lifetime(),
        time_zone=cohort.time_zone,
    )


def new_invitation(
    inviter: Person, cohort: Cohort, language: str, *, email: str = "", note: str = ""
) -> tuple[Invitation, str]:
    """Make an invitation and its token, which is not kept; whoever calls has taken the place for it."""
    now = datetime.now(UTC)
    if email:
        _close_earlier(cohort, email, now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        token_hash=hashed(token),
        email=email,
        note=note,
        asked_email="",
        cohort_id=cohort.id,
        language=language,
        invited_by_id=inviter.id,
        invited_at=now,
        expires_at=now + lifetime(),
    )
    db.session.add(invitation)
    db.session.flush()
    audit.record(
        "invite", "invitation", invitation.id, country_code=cohort.country_code, cohort=cohort.slug
    )
    return invitation, token


def lifetime() -> timedelta:
    return timedelta(days=current_app.config["INVITATION_DAYS"])


def _close_earlier(cohort: Cohort, email: str, now: datetime) -> None:
    db.session.execute(
        update(Invitation)
        .where(
            Invitation.cohort_id == cohort.id,
            Invitation.email == email,
            Invitation.accepted_at.is_(None),
            Invitation.let_go_at.is_(None),
        )
        .values(
            expires_at=case((Invitation.expires_at > now, now), else_=Invitation.expires_at),
            let_go_at=now,
        )
    )


def find_invitation(token: str) -> Opened:
    """Return the invitation behind a link, whatever its state; the page tells which."""
    digest = hashed(token)
    invitation = db.session.scalar(
        select(Invitation).where(
            (Invitation.token_hash == digest) | (Invitation.proof_hash == digest)
        )
    )
    if invitation is None:
        raise InvitationUnknown
    if invitation.proof_hash == digest:
        return Opened(invitation, invitation.asked_email)
    was_mailed = invitation.proof_hash is None
    return Opened(invitation, invitation.email if was_mailed else "")


def state_of(opened: Opened) -> InvitationState:
    """Tell what the link can do; a place taken through a later invitation counts as used."""
    invitation = opened.invitation
    person = person_by_email(opened.email) if opened.email else None
    has_place = person is not None and queries.is_enrolled(person, invitation.cohort)
    return rules.invitation_state(
        is_used=invitation.accepted_at is not None or has_place,
        is_withdrawn=invitation.withdrawn_at is not None,
        is_inviter_active=invitation.invited_by.active,
        may_inviter_invite=may_invite(invitation.invited_by, invitation.cohort),
        expires_at=invitation.expires_at,
        now=datetime.now(UTC),
    )


def require_open(opened: Opened) -> None:
    state = state_of(opened)
    if state in REFUSALS:
        raise REFUSALS[state]


def accept(opened: Opened, password: str | None) -> Person:
    """Take the place: make the account if there is none, enrol, use the link up."""
    require_open(opened)
    if opened.is_handed_over:
        raise AddressNotProved
    invitation = opened.invitation
    claimed = db.session.scalar(
        update(Invitation)
        .where(
            Invitation.id == invitation.id,
            Invitation.is_pending(),
            Invitation.let_go_at.is_(None),
        )
        .values(accepted_at=datetime.now(UTC), email=opened.email)
        .returning(Invitation.id)
    )
    if claimed is None:  # in the moment since it was looked at
        db.session.refresh(invitation)
        raise REFUSALS[state_of(opened)]
    person = person_by_email(opened.email) or _new_learner(opened, password)
    if not person.active:
        raise AccountClosed
    invitation.accepted_by_id = person.id
    audit.record(
        "accept_invitation",
        "invitation",
        invitation.id,
        actor_id=person.id,
        country_code=invitation.cohort.country_code,
    )
    accounts.grant_role(None, person, "learner", "self")
    enrol(person, invitation.cohort)
    return person


def renew(opened: Opened) -> Invitation:
    """Send an expired invitation again, to the same address only."""
    state = state_of(opened)
    if state is InvitationState.OPEN:
        raise InvitationStillOpen
    if state is not InvitationState.EXPIRED:
        raise REFUSALS[state]
    old = opened.invitation
    return invite(old.invited_by, old.cohort, opened.email, old.language)


def may_invite(person: Person, cohort: Cohort) -> bool:
    """Tell whether somebody coordinates this cohort still."""
    return (
        person.holds("coordinator", "country", cohort.country_code)
        or person.holds("coordinator", "programme", cohort.programme.slug)
        or person.holds("coordinator", "cohort", cohort.slug)
        or "administrator" in person.role_names
    )


def _new_learner(opened: Opened, password: str | None) -> Person:
    invitation = opened.invitation
    country = db.session.get_one(Country, invitation.cohort.country_code)
    return accounts.create_person(
        opened.email,
        password=password,
        country_code=country.code,
        language=invitation.language,
        time_zone=country.time_zone,
        is_family_name_first=country.is_family_name_first,
    )


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
