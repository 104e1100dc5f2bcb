"""Who in a delegation needs something, and what."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from lms.progress.rules import Progress

AWAY_AFTER = timedelta(days=7)
QUIET_TIME = timedelta(days=3)
"""How long nobody is reminded a second time."""


class Need(StrEnum):
    """Why somebody stands in the list "Needs you"; the most urgent first."""

    NOT_SIGNED_IN = "not_signed_in"
    AWAY = "away"
    NOT_STARTED = "not_started"
    NAME = "name"


def need(
    progress: Progress,
    *,
    now: datetime,
    enrolled_at: datetime,
    signed_in_at: datetime | None,
    last_done_at: datetime | None,
    is_name_confirmed: bool,
    is_over: bool,
) -> Need | None:
    """Return what keeps somebody from going on, or None.

    Whoever has finished is left in peace, and so is everybody once the cohort is over; except
    that a certificate still waits for a name.
    """
    if progress.is_complete:
        return None if is_name_confirmed else Need.NAME
    if is_over:
        return None
    if signed_in_at is None:
        return Need.NOT_SIGNED_IN
    if now - (last_done_at or enrolled_at) <= AWAY_AFTER:
        return None
    return Need.NOT_STARTED if last_done_at is None else Need.AWAY


def is_quiet(reminded_at: datetime | None, now: datetime) -> bool:
    """Tell whether the last reminder is too fresh for another one."""
    return reminded_at is not None and now - reminded_at < QUIET_TIME


def days_ago(moment: datetime, time_zone: str, now: datetime) -> int:
    """Count the midnights since a moment, on the calendar of a place: 0 is today."""
    zone = ZoneInfo(time_zone)
    return (now.astimezone(zone).date() - moment.astimezone(zone).date()).days


def shade(done: int, total: int) -> int:
    """Return the heatmap's step for a cell: 0 for nothing, 5 only when really all is done."""
    if done >= total:
        return 5
    return 0 if done == 0 else 1 + (done * 4 - 1) // total
