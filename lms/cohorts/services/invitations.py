"""Offering a place, and taking it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.accounts.queries import person_by_email
from lms.accounts.rules import normal_email
from lms.audit import services as audit
from lms.cohorts import rules, signals
from lms.cohorts.models import Cohort, Country, Enrolment, Invitation
from lms.cohorts.rules import InvitationState
from lms.cohorts.services.enrolment import AlreadyEnrolled, enrol
from lms.errors import LmsError
from lms.extensions import db


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
        "Whoever sent this invitation can no longer invite. Ask your coordinator for a new one."
    )


class InvitationStillOpen(InvitationRefused):
    status = 409
    message = _l("This invitation still works. Accept it here; you need no new one.")


class AccountClosed(InvitationRefused):
    status = 403
    message = _l("The account with this e-mail address is closed. Write to your coordinator.")


REFUSALS = {
    InvitationState.USED: InvitationUsed,
    InvitationState.EXPIRED: InvitationExpired,
    InvitationState.WITHDRAWN: InvitationWithdrawn,
}


def invite(inviter: Person, cohort: Cohort, address: str, language: str) -> Invitation:
    """Offer somebody a place; an earlier open invitation to the same address stops working."""
    email = normal_email(address)
    person = person_by_email(email)
    if person is not None and _is_enrolled(person, cohort):
        raise AlreadyEnrolled
    now = datetime.now(UTC)
    _close_earlier(cohort, email, now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        token_hash=_hashed(token),
        email=email,
        cohort_id=cohort.id,
        language=language,
        invited_by_id=inviter.id,
        invited_at=now,
        expires_at=now + timedelta(days=current_app.config["INVITATION_DAYS"]),
    )
    db.session.add(invitation)
    db.session.flush()
    audit.record(
        "invite", "invitation", invitation.id, country_code=cohort.country_code, cohort=cohort.slug
    )
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


def _close_earlier(cohort: Cohort, email: str, now: datetime) -> None:
    db.session.execute(
        update(Invitation)
        .where(
            Invitation.cohort_id == cohort.id,
            Invitation.email == email,
            Invitation.accepted_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(expires_at=now)
    )


def find_invitation(token: str) -> Invitation:
    """Return the invitation behind a link, whatever its state; the page tells which."""
    invitation = db.session.scalar(
        select(Invitation).where(Invitation.token_hash == _hashed(token))
    )
    if invitation is None:
        raise InvitationUnknown
    return invitation


def state_of(invitation: Invitation) -> InvitationState:
    """Tell what the link can do; a place taken through a later invitation counts as used."""
    person = person_by_email(invitation.email)
    has_place = person is not None and _is_enrolled(person, invitation.cohort)
    return rules.invitation_state(
        is_used=invitation.accepted_at is not None or has_place,
        is_inviter_active=invitation.invited_by.active,
        may_inviter_invite=_may_invite(invitation.invited_by, invitation.cohort),
        expires_at=invitation.expires_at,
        now=datetime.now(UTC),
    )


def accept(invitation: Invitation, password: str | None) -> Person:
    """Take the place: make the account if there is none, enrol, use the link up."""
    state = state_of(invitation)
    if state in REFUSALS:
        raise REFUSALS[state]
    claimed = db.session.scalar(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.accepted_at.is_(None))
        .values(accepted_at=datetime.now(UTC))
        .returning(Invitation.id)
    )
    if claimed is None:
        raise InvitationUsed
    person = person_by_email(invitation.email) or _new_learner(invitation, password)
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


def renew(invitation: Invitation) -> Invitation:
    """Send an expired invitation again, to the same address only."""
    state = state_of(invitation)
    if state is InvitationState.OPEN:
        raise InvitationStillOpen
    if state is not InvitationState.EXPIRED:
        raise REFUSALS[state]
    return invite(invitation.invited_by, invitation.cohort, invitation.email, invitation.language)


def _may_invite(person: Person, cohort: Cohort) -> bool:
    """Tell whether somebody coordinates this cohort still."""
    return (
        person.holds("coordinator", "country", cohort.country_code)
        or person.holds("coordinator", "cohort", cohort.slug)
        or "administrator" in person.role_names
    )


def _new_learner(invitation: Invitation, password: str | None) -> Person:
    country = db.session.get_one(Country, invitation.cohort.country_code)
    return accounts.create_person(
        invitation.email,
        password=password,
        country_code=country.code,
        language=invitation.language,
        time_zone=country.time_zone,
        is_family_name_first=country.is_family_name_first,
    )


def _is_enrolled(person: Person, cohort: Cohort) -> bool:
    query = select(Enrolment.id).where(
        Enrolment.person_id == person.id,
        Enrolment.cohort_id == cohort.id,
        Enrolment.withdrawn_at.is_(None),
    )
    return db.session.scalar(query.limit(1)) is not None


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
