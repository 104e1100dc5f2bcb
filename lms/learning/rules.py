from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo


def local_day(moment: datetime, time_zone: str) -> date:
    return moment.astimezone(ZoneInfo(time_zone)).date()


def days_left(now: datetime, time_zone: str, *, closes_at: datetime | None, ends_on: date) -> int:
    """Count the midnights until a course closes, on the calendar of its country.

    Args:
        now: any moment, with its zone.
        time_zone: of the cohort.
        closes_at: the exact moment, where there is one.
        ends_on: the cohort's last day; it counts where ``closes_at`` is None.

    Returns:
        0 on the last day, 1 on the day before; below 0 once it is over, on the same day too.
    """
    today = local_day(now, time_zone)
    if closes_at is None:
        return (ends_on - today).days
    days = (local_day(closes_at, time_zone) - today).days
    return min(days, -1) if closes_at <= now else days
