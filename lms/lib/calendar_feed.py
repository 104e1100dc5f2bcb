"""Writes a calendar (RFC 5545) that programs subscribe to: the same facts are the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

REFRESH = timedelta(hours=6)


@dataclass(frozen=True)
class Entry:
    """One day or moment in the calendar."""

    uid: str  # stays the same for good, whatever is moved or renamed
    title: str
    text: str
    url: str
    starts: datetime | date  # a moment in any zone, or a whole day
    ends: datetime | None  # None: a moment without length, or the whole day
    stamp: datetime


def write(name: str, time_zone: str, entries: Iterable[Entry]) -> bytes:
    """Return the calendar's bytes; moments are written in UTC, and ``time_zone`` is where its reader lives."""
    calendar = Calendar()
    calendar.add("prodid", "-//Serai//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", time_zone)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.stamp.astimezone(UTC))
    event.add("summary", entry.title)
    event.add("description", entry.text)
    event.add("url", entry.url)
    event.add("dtstart", _utc(entry.starts))
    if entry.ends is not None:
        event.add("dtend", _utc(entry.ends))
    event.add("transp", "TRANSPARENT")  # a due date does not make anybody busy
    return event


def _utc(moment: datetime | date) -> datetime | date:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment
