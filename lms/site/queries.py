from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import select

from lms.accounts.models import Person
from lms.accounts.queries import person_by_email
from lms.audit.models import AuditedValues, AuditEvent
from lms.cohorts.models import Cohort, Country, Programme
from lms.courses.models import Course
from lms.extensions import db
from lms.web.addresses import LARGEST_ID


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


@dataclass(frozen=True)
class LogReader:
    """How far somebody may read the log; None stands for every country."""

    countries: frozenset[str] | None  # whose rows
    named: frozenset[str] | None  # whose people stand there by name, all others by number
    told: frozenset[str] | None  # of whose rows the personal values are shown

    @classmethod
    def of(cls, person: Person) -> Self:
        """Administrators read all; auditors all, without names; coordinators and officers their own country."""
        roles = person.role_names
        if "administrator" in roles:
            return cls(None, None, None)
        coordinated = person.objects_of("coordinator", "country")
        own = coordinated | person.objects_of("officer", "country")
        named = None if "*" in own else own
        return cls(None if "auditor" in roles else named, named, coordinated)


def names_in(events: Iterable[AuditEvent], reader: LogReader) -> dict[str, str]:
    """Return the names of all people in some rows that ``reader`` may know, by their id as the log has it."""
    ids = {event.actor_id for event in events if event.actor_id is not None}
    ids |= {int(event.object_id) for event in events if event.object_type == "person"}
    query = select(Person).where(Person.id.in_(ids))
    if reader.named is not None:
        query = query.where(Person.country_code.in_(reader.named))
    people = db.session.scalars(query).unique()
    return {str(person.id): person.name_latin or person.name for person in people}


def values_in(events: Iterable[AuditEvent], reader: LogReader) -> dict[int, dict[str, Any]]:
    """Return the personal values of some rows that ``reader`` may know, by row."""
    ids = [event.id for event in events if reader.told is None or event.country_code in reader.told]
    rows = db.session.scalars(select(AuditedValues).where(AuditedValues.event_id.in_(ids)))
    return {row.event_id: row.values for row in rows}


def person_id_of(typed: str, reader: LogReader) -> int | None:
    """Return the number of whoever a filter means: by number, or by the address where names may be known."""
    if typed.isdecimal():
        return int(typed) if int(typed) <= LARGEST_ID else None
    person = person_by_email(typed)
    if person is None or (reader.named is not None and person.country_code not in reader.named):
        return None
    return person.id


def course_slugs() -> list[str]:
    return list(db.session.scalars(select(Course.slug).order_by(Course.slug)))
