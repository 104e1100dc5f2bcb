"""Finding rows of the log."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, or_, select

from lms.audit.models import AuditedValues, AuditEvent
from lms.extensions import db

OWN_ACTIVITY = (
    "sign_in", "sign_out", "prove_identity", "change_password", "add_second_factor", "remove_second_factor",
    "use_recovery_code", "renew_recovery_codes",
)  # fmt: skip
"""What everybody is shown of the own account: who was in it, and what would let somebody else in."""


@dataclass(frozen=True)
class LogFilter:
    """What to look for; None and empty look for everything."""

    action: str = ""
    actor_id: int | None = None
    object_type: str = ""
    object_id: str = ""
    country_code: str = ""
    person_id: int | None = None  # who did it, or to whom it was done
    since: datetime | None = None
    until: datetime | None = None  # the first moment that is too late
    request_id: str = ""


def events(wanted: LogFilter, countries: Collection[str] | None) -> Select[AuditEvent]:
    """Select rows of the log, the newest first; of ``countries`` alone, unless that is None."""
    query = select(AuditEvent).order_by(AuditEvent.id.desc())
    for name in ("action", "actor_id", "object_type", "object_id", "country_code", "request_id"):
        if value := getattr(wanted, name):
            query = query.where(getattr(AuditEvent, name) == value)
    if wanted.person_id:
        query = query.where(_is_about(wanted.person_id))
    if wanted.since:
        query = query.where(AuditEvent.at >= wanted.since)
    if wanted.until:
        query = query.where(AuditEvent.at < wanted.until)
    if countries is None:
        return query
    return query.where(AuditEvent.country_code.in_(countries) if countries else false())


def _is_about(person_id: int) -> ColumnElement[bool]:
    is_object = (AuditEvent.object_type == "person") & (AuditEvent.object_id == str(person_id))
    told = select(AuditedValues.event_id).where(AuditedValues.person_id == person_id)
    return or_(AuditEvent.actor_id == person_id, is_object, AuditEvent.id.in_(told))


def logged_actions() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.action).distinct()))


def own_activity(person_id: int) -> Select[AuditEvent]:
    """Select what happened to somebody's own account, the newest first."""
    return (
        select(AuditEvent)
        .where(
            AuditEvent.object_type == "person",
            AuditEvent.object_id == str(person_id),
            AuditEvent.action.in_(OWN_ACTIVITY),
        )
        .order_by(AuditEvent.id.desc())
    )
