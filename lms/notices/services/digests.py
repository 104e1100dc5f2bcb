"""The digest: begun once a morning in each time zone, written by those who know what there is to tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from lms.accounts.models import Person
from lms.extensions import db
from lms.jobs.recurring import first_time
from lms.jobs.services import enqueue
from lms.notices import rules
from lms.notices.models import Message, NoticeChoice
from lms.notices.rules import KINDS, Frequency, Topic
from lms.notices.services.writing import send

CHUNK = 50  # people in one job
TWICE = timedelta(hours=12)
"""A digest that is younger was written by an earlier try of the same job."""

DIGESTS: dict[str, Callable[[Person, datetime], dict[str, Any] | None]] = {}
"""By kind of message: what it tells somebody about the time since a moment; None where there is nothing to tell.

Filled by ``wiring``: courses and delegations are known further up.
"""


def begin_digests() -> None:
    """Note the digests of all zones where it is morning; each zone once a day, however often this runs."""
    now = datetime.now(UTC)
    for zone in db.session.scalars(select(Person.time_zone).distinct().order_by(Person.time_zone)):
        local = now.astimezone(ZoneInfo(zone))
        due = rules.digests_at(local)
        if due and first_time(f"digest {zone}"[:60], f"{local:%Y-%m-%d}"):
            _begin_in(zone, due)


def _begin_in(zone: str, due: frozenset[Frequency]) -> None:
    choices: dict[int, dict[str, bool]] = {}
    for row in db.session.scalars(
        select(NoticeChoice).join(Person).where(Person.time_zone == zone)
    ):
        choices.setdefault(row.person_id, {})[row.kind] = row.is_wanted
    readers = select(Person.id).where(
        Person.time_zone == zone,
        Person.active.is_(True),
        Person.erased_at.is_(None),
        Person.merged_into_id.is_(None),
        Person.signed_in_at.is_not(None),
    )
    wanting: dict[Frequency, list[int]] = {}
    for person_id in db.session.scalars(readers.order_by(Person.id)):
        wanted = rules.frequency(choices.get(person_id, {}))
        wanting.setdefault(wanted, []).append(person_id)
    for wanted in due:
        people = wanting.get(wanted, [])
        for start in range(0, len(people), CHUNK):
            enqueue(
                "write_digests", person_ids=people[start : start + CHUNK], frequency=wanted.value
            )


def write_digests(person_ids: list[int], frequency: str) -> None:
    """Write the digests of some people. Safe to run twice: whoever has one from today gets no other."""
    now = datetime.now(UTC)
    people = db.session.scalars(
        select(Person)
        .where(Person.id.in_(person_ids))
        .order_by(Person.id)
        .with_for_update(of=Person)
    ).unique()
    have_one = set(
        db.session.scalars(
            select(Message.person_id).where(
                Message.person_id.in_(person_ids),
                Message.kind.in_(KINDS[Topic.DIGEST]),
                Message.created_at > now - TWICE,
            )
        )
    )
    moment = rules.since(Frequency(frequency), now)
    for person in people:
        if person.active and person.id not in have_one:
            _write(person, moment)


def _write(person: Person, moment: datetime) -> None:
    for kind, tell in DIGESTS.items():
        facts = tell(person, moment)
        if facts is not None:
            send(person, kind, **facts)
