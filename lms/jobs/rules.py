from __future__ import annotations

from datetime import timedelta

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)


def wait_after(tries: int) -> timedelta:
    """Return how long a job rests after its n-th failed try: 5 s, 10 s, 20 s ... at most an hour."""
    doublings = max(0, min(tries, 20) - 1)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
