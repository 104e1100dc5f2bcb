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
from lms.cohorts import queries, signals
from lms.cohorts.models import Cohort, Country, Enrolment, Invitation
from lms.errors import Conflict, LmsError
from lms.extensions import db


class InvitationUnknown(LmsError):
    status = 404
    message = _l("This invitation link is not complete. Open it from the e-mail again, or copy all of it.")


class InvitationUsed(LmsError):
    status = 410
    message = _l("This invitation was accepted already. Sign in with the e-mail address it was sent to.")


class InvitationExpired(LmsError):
    status = 410
    message = _l("This invitation has expired. Ask for a new one below; it goes to the same e-mail address.")


class AlreadyEnrolled(Conflict):
    message = _l("This person is in the cohort already.")


def enrol(person: Person, cohort: Cohort) -> list[Enrolment]:
    """Enrol somebody in every course of a cohort, in its newest version. Doing it twice changes nothing."""
    made = []
    for link in queries.courses_of(cohort):
        known = select(Enrolment).filter_by(person_id=person.id, cohort_id=cohort.id, course_id=link.course_id)
        if db.session.scalar(known) is not None:
            continue
        made.append(
            Enrolment(
                person_id=person.id, cohort_id=cohort.id, course_id=link.course_id,
                version_id=queries.newest_version_id(link.course_id), enrolled_at=datetime.now(UTC),
            )
        )  # fmt: skip
    db.session.add_all(made)
    db.session.flush()
    if made:
        audit.record("enrol", "person", person.id, country_code=cohort.country_code, cohort=cohort.slug)
    return made


def invite(inviter: Person, cohort: Cohort, address: str, language: str) -> Invitation:
    """Offer somebody a place; an earlier open invitation to the same address stops working."""
    email = normal_email(address)
    person = person_by_email(email)
    if person is not None and _is_enrolled(person, cohort):
        raise AlreadyEnrolled
    now = datetime.now(UTC)
    db.session.execute(
        update(Invitation)
        .where(Invitation.cohort_id == cohort.id, Invitation.email == email, Invitation.accepted_at.is_(None))
        .values(expires_at=now)
    )
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        token_hash=_hashed(token), email=email, cohort_id=cohort.id, language=language, invited_by_id=inviter.id,
        invited_at=now, expires_at=now + timedelta(days=current_app.config["INVITATION_DAYS"]),
    )  # fmt: skip
    db.session.add(invitation)
    db.session.flush()
    audit.record("invite", "invitation", invitation.id, country_code=cohort.country_code, cohort=cohort.slug)
    signals.invited.send(
        email, language=language, token=token, cohort_title=cohort.title, inviter=inviter.name,
        until=invitation.expires_at, time_zone=cohort.time_zone,
    )  # fmt: skip
    return invitation


def find_invitation(token: str) -> Invitation:
    """Return the invitation behind a link, whatever its state; the page tells which."""
    invitation = db.session.scalar(select(Invitation).where(Invitation.token_hash == _hashed(token)))
    if invitation is None:
        raise InvitationUnknown
    return invitation


def check_open(invitation: Invitation) -> None:
    """Refuse an invitation that was used or has expired."""
    if invitation.accepted_at is not None:
        raise InvitationUsed
    if invitation.expires_at <= datetime.now(UTC):
        raise InvitationExpired


def accept(invitation: Invitation, password: str | None) -> Person:
    """Take the place: make the account if there is none, enrol, use the link up."""
    check_open(invitation)
    now = datetime.now(UTC)
    claimed = db.session.scalar(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.accepted_at.is_(None))
        .values(accepted_at=now)
        .returning(Invitation.id)
    )
    if claimed is None:
        raise InvitationUsed
    person = person_by_email(invitation.email) or _new_learner(invitation, password)
    invitation.accepted_by_id = person.id
    accounts.grant_role(None, person, "learner", "self")
    enrol(person, invitation.cohort)
    return person


def renew(invitation: Invitation) -> Invitation:
    """Send an expired invitation again, to the same address only."""
    if invitation.accepted_at is not None:
        raise InvitationUsed
    return invite(invitation.invited_by, invitation.cohort, invitation.email, invitation.language)


def _new_learner(invitation: Invitation, password: str | None) -> Person:
    country = db.session.get_one(Country, invitation.cohort.country_code)
    return accounts.create_person(
        invitation.email, password=password, country_code=country.code, language=invitation.language,
        time_zone=country.time_zone, is_family_name_first=country.is_family_name_first,
    )  # fmt: skip


def _is_enrolled(person: Person, cohort: Cohort) -> bool:
    query = select(Enrolment.id).filter_by(person_id=person.id, cohort_id=cohort.id).limit(1)
    return db.session.scalar(query) is not None


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
