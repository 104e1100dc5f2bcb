from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def days_until(moment: datetime, time_zone: str, now: datetime) -> int:
    """Count the midnights between now and a moment, on the calendar of a place.

    Returns:
        0 for today, 1 for tomorrow; below 0 once the moment has passed, on the same day too.
    """
    zone = ZoneInfo(time_zone)
    days = (moment.astimezone(zone).date() - now.astimezone(zone).date()).days
    return min(days, -1) if moment <= now else days
