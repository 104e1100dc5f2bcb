"""What accounts keep about a person."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import String, cast, delete, or_, select, update

from lms.accounts.models import (
    Approval,
    AuthenticatorApp,
    Consent,
    Person,
    RecoveryCode,
    SignInLink,
)
from lms.accounts.services.personal_data import facts_of
from lms.audit import services as audit
from lms.audit.models import AuditEvent
from lms.extensions import db
from lms.jobs.models import Job

SECRET = ("password", "fs_uniquifier", "folded_names")


def export(person: Person) -> dict[str, Any]:
    consents = db.session.scalars(select(Consent).where(Consent.person_id == person.id))
    return {
        "account": facts_of(person, *SECRET),
        "roles": [facts_of(grant, "person_id", "granted_by_id") for grant in person.grants],
        "consents": [
            {
                "country": consent.notice.country_code,
                "version": consent.notice.version,
                "language": consent.language,
                "accepted_at": consent.accepted_at,
            }
            for consent in consents
        ],
        "log": [facts_of(event, "previous_hash", "hash") for event in _events(person)],
    }


def _events(person: Person) -> list[AuditEvent]:
    """List what the person did, and what was done to the account."""
    is_about = (AuditEvent.object_type == "person") & (AuditEvent.object_id == str(person.id))
    query = select(AuditEvent).where(or_(AuditEvent.actor_id == person.id, is_about))
    return list(db.session.scalars(query.order_by(AuditEvent.id)))


def erase(person: Person) -> None:
    """Remove ways to sign in, roles, what the log keeps apart, and jobs that name the address.

    How names are sorted and found follows from the names, which are erased last.
    """
    for model in (SignInLink, AuthenticatorApp, RecoveryCode):
        db.session.execute(delete(model).where(model.person_id == person.id))
    audit.forget_person(person.id)
    for name in ("person_id", "successor_id"):
        is_about = Approval.arguments[name].as_integer() == person.id
        db.session.execute(update(Approval).where(is_about).values(reason=""))
    person.grants.clear()
    is_named = cast(Job.arguments, String).contains(json.dumps(person.email), autoescape=True)
    db.session.execute(delete(Job).where(is_named))  # the whole address: others end like it
    is_told = Job.last_error.contains(person.email, autoescape=True)
    db.session.execute(update(Job).where(is_told).values(last_error=""))
