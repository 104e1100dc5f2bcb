from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, select

from lms.accounts.models import Person
from lms.audit.models import AuditEvent
from lms.cohorts.models import Cohort, Country, Programme
from lms.courses.models import Course
from lms.extensions import db


def scope_exists(scope: str, scope_object: str) -> bool:
    """Tell whether a role can be given for this country, course or cohort."""
    columns = {
        "country": Country.code,
        "course": Course.slug,
        "cohort": Cohort.slug,
        "programme": Programme.slug,
    }
    column = columns[scope]
    return db.session.scalar(select(column).where(column == scope_object)) is not None


def audit_events(action: str = "") -> Select[AuditEvent]:
    """Select the log, the newest first."""
    query = select(AuditEvent).order_by(AuditEvent.id.desc())
    return query.where(AuditEvent.action == action) if action else query


def logged_actions() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.action).distinct()))


def names_in(events: Iterable[AuditEvent]) -> dict[str, str]:
    """Return the names of all people in some rows of the log, by their id as the log has it."""
    ids = {event.actor_id for event in events if event.actor_id is not None}
    ids |= {int(event.object_id) for event in events if event.object_type == "person"}
    people = db.session.scalars(select(Person).where(Person.id.in_(ids))).unique()
    return {str(person.id): person.name_latin or person.name for person in people}
