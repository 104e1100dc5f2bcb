from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)


def wait_after(tries: int) -> timedelta:
    """Return how long a job rests after its n-th failed try: 5 s, 10 s, 20 s ... at most an hour."""
    doublings = max(0, min(tries, 20) - 1)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


Period = Callable[[datetime], str]
"""Names the period that a moment (in UTC) is in; another name means that it is time again."""


def hourly(now: datetime) -> str:
    return f"{now:%Y-%m-%dT%H}"


def daily(hour: int) -> Period:
    """Return a period that begins each day at an hour of UTC."""
    return lambda now: f"{now - timedelta(hours=hour):%Y-%m-%d}"
