"""When an attempt ends, what can still be done with it, and whether there may be another.

All times are in UTC; whoever asks brings the server's time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lms.quizzes.rules.points import Number, exact

GRACE = timedelta(seconds=5)  # an answer sent in the last second may be this long on its way


class AttemptState(StrEnum):
    """Follows from the time alone; no job has to close anything."""

    OPEN = "open"
    SUBMITTED = "submitted"
    CLOSED = "closed"  # the time ran out; what was saved counts as handed in


def extra_time(limit_seconds: int, extra_time_factor: Number) -> timedelta:
    """Say how much longer than the limit a person has: 30 minutes for 30 with a factor of 2.

    Raises:
        ValueError: the factor is below 1; nobody gets less than the limit.
    """
    longer = exact(extra_time_factor) - 1
    if longer < 0:
        raise ValueError("an extra-time factor is 1 or more")
    return timedelta(seconds=float(limit_seconds * longer))


def deadline(
    started_at: datetime,
    limit_seconds: int | None,
    closes_at: datetime | None,
    extra_time_factor: Number = 1,
) -> datetime | None:
    """Say when an attempt ends.

    Extra time is added after the closing time too: whoever needs twice as long gets twice as
    long, even when the quiz closes. Somebody who starts late has less time, and sees that first.

    Returns:
        The end; the closing time where no limit is set; None where neither is.
    """
    if limit_seconds is None:
        return closes_at
    ends_at = started_at + timedelta(seconds=limit_seconds)
    if closes_at is not None:
        ends_at = min(ends_at, closes_at)
    return ends_at + extra_time(limit_seconds, extra_time_factor)


def seconds_left(now: datetime, deadline_at: datetime | None) -> int | None:
    """Count the whole seconds to the deadline for the page, whose own clock may be wrong."""
    if deadline_at is None:
        return None
    return max(0, int((deadline_at - now).total_seconds()))


def state(
    now: datetime, submitted_at: datetime | None, deadline_at: datetime | None
) -> AttemptState:
    """Say what can still be done with an attempt. It takes answers until the grace is over."""
    if submitted_at is not None:
        return AttemptState.SUBMITTED
    if deadline_at is not None and now > deadline_at + GRACE:
        return AttemptState.CLOSED
    return AttemptState.OPEN


class Refusal(StrEnum):
    """Why an attempt cannot be started now."""

    ATTEMPT_OPEN = "attempt_open"  # there is one to go on with
    NOT_YET_OPEN = "not_yet_open"
    CLOSED = "closed"
    NO_ATTEMPTS_LEFT = "no_attempts_left"


@dataclass(frozen=True)
class Permission:
    """Whether an attempt may be started, and if not, why."""

    reason: Refusal | None
    attempts_left: int | None  # None: no limit

    @property
    def is_given(self) -> bool:
        return self.reason is None


def may_start(
    attempts: Sequence[AttemptState],
    max_attempts: int | None,
    *,
    now: datetime,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> Permission:
    """Decide whether a learner may start another attempt.

    Args:
        attempts: the states of those already made at this quiz, whatever came of them.
        max_attempts: None for no limit.
        now: the server's time.
        opens_at: also the earliest time of a retake, when that is later.
        closes_at: from this moment on nothing starts.
    """
    left = None if max_attempts is None else max(0, max_attempts - len(attempts))
    return Permission(_refusal(attempts, left, now, opens_at, closes_at), left)


def _refusal(
    attempts: Sequence[AttemptState],
    attempts_left: int | None,
    now: datetime,
    opens_at: datetime | None,
    closes_at: datetime | None,
) -> Refusal | None:
    if AttemptState.OPEN in attempts:
        return Refusal.ATTEMPT_OPEN
    if attempts_left == 0:
        return Refusal.NO_ATTEMPTS_LEFT
    if opens_at is not None and now < opens_at:
        return Refusal.NOT_YET_OPEN
    if closes_at is not None and now >= closes_at:
        return Refusal.CLOSED
    return None
