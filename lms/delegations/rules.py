"""Who in a delegation needs something, and what."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from lms.progress.rules import Progress

AWAY_AFTER = timedelta(days=7)


class Need(StrEnum):
    """Why somebody stands in the list "Needs you"; the first that fits is shown."""

    NOT_SIGNED_IN = "not_signed_in"
    NOT_STARTED = "not_started"
    AWAY = "away"
    NAME = "name"


def need(
    progress: Progress, *, now: datetime, signed_in_at: datetime | None, last_done_at: datetime | None,
    is_name_confirmed: bool,
) -> Need | None:  # fmt: skip
    """Return what keeps somebody from going on, or None. Whoever has finished is left in peace."""
    if progress.is_complete:
        return None if is_name_confirmed else Need.NAME
    if signed_in_at is None:
        return Need.NOT_SIGNED_IN
    if last_done_at is None:
        return Need.NOT_STARTED
    return Need.AWAY if now - last_done_at > AWAY_AFTER else None


def shade(done: int, total: int) -> int:
    """Return the heatmap's step for a cell, 0 (nothing) to 5 (all); 5 only when really all is done."""
    if done >= total:
        return 5
    return 0 if done == 0 else 1 + (done * 4 - 1) // total
