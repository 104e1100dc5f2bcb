"""The secret address of somebody's calendar. Nothing secret is stored: it is computed, and renewed by counting on."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hmac import compare_digest

from sqlalchemy import update

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.errors import NotFound
from lms.extensions import db, insert_once
from lms.notices.models import CalendarFeed
from lms.notices.tokens import mark_of

_SECRET = re.compile(r"([0-9]{1,9})-([0-9a-f]{40})")


def calendar_secret(person: Person) -> str:
    """Return what stands in the address of the person's calendar."""
    feed = db.session.get(CalendarFeed, person.id)
    generation = feed.generation if feed else 1
    return f"{person.id}-{mark_of(f'calendar {person.id} {generation}')}"


def person_of_calendar(secret: str) -> Person:
    """Return whose calendar this is, else 404; one that was renewed is gone, and so are those of closed accounts."""
    found = _SECRET.fullmatch(secret)
    person = db.session.get(Person, int(found[1])) if found else None
    if person is None or not person.active or person.erased_at is not None:
        raise NotFound
    if not compare_digest(calendar_secret(person), secret):
        raise NotFound
    return person


def renew_calendar(person: Person) -> None:
    """Give the calendar another address; the one before works no more."""
    now = datetime.now(UTC)
    if not insert_once(CalendarFeed, person_id=person.id, generation=2, renewed_at=now):
        db.session.execute(
            update(CalendarFeed)
            .where(CalendarFeed.person_id == person.id)
            .values(generation=CalendarFeed.generation + 1, renewed_at=now)
        )
    audit.record("renew_calendar", "person", person.id, country_code=person.country_code)
