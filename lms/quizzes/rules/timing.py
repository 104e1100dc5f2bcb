"""When an attempt ends, what can still be done with it, and whether there may be another.

All times are in UTC; whoever asks brings the server's time.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lms.quizzes.rules.points import Number, exact

GRACE = timedelta(seconds=5)  # an answer sent in the last second may be this long on its way

MOST_EXTENSIONS = 10  # WCAG 2.2.1: at least ten times
SHORTEST_EXTENSION_SECONDS = 120


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
    extended_seconds: int = 0,
) -> datetime | None:
    """Say when an attempt ends.

    Extra time is added after the closing time too: whoever needs twice as long gets twice as
    long, even when the quiz closes. So is what the learner added. Somebody who starts late has
    less time, and sees that first.

    Returns:
        The end; the closing time where no limit is set; None where neither is.
    """
    if limit_seconds is None:
        return closes_at
    ends_at = started_at + timedelta(seconds=limit_seconds)
    if closes_at is not None:
        ends_at = min(ends_at, closes_at)
    return (
        ends_at + extra_time(limit_seconds, extra_time_factor) + timedelta(seconds=extended_seconds)
    )


def later(one: datetime | None, other: datetime | None) -> datetime | None:
    """Return the later of two ends, where None never comes: who is at work never gets less time."""
    return None if one is None or other is None else max(one, other)


@dataclass(frozen=True)
class Extension:
    """What a learner may still add to a limit that is not essential (WCAG 2.2.1)."""

    seconds: int  # each time
    used: int

    @property
    def left(self) -> int:
        return max(0, MOST_EXTENSIONS - self.used)

    @property
    def number(self) -> int:
        """Which one the next is: a press asks for this one, so two presses at once add one."""
        return self.used + 1


def extension(limit_seconds: int, extended_seconds: int) -> Extension:
    """Say what one press adds: a fifth of the limit in whole minutes, at least two of them."""
    fifth = 60 * math.ceil(limit_seconds / 5 / 60)
    seconds = max(SHORTEST_EXTENSION_SECONDS, fifth)
    return Extension(seconds, math.ceil(extended_seconds / seconds))


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


@dataclass(frozen=True)
class Window:
    """When a quiz may be begun; no time where there is no bound."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None


ALWAYS = Window()


def may_see_answers(show: str, now: datetime, closed_at: datetime | None) -> bool:
    """Decide whether the answers to an attempt that was handed in are shown.

    Args:
        show: after_each, after_submission, after_close or never, as the quiz is set.
        now: the server's time.
        closed_at: when nobody can be at the quiz any more; None: it never closes.
    """
    if show == "never":
        return False
    return show != "after_close" or closed_at is None or now >= closed_at


class Refusal(StrEnum):
    """Why an attempt cannot be started now."""

    ATTEMPT_OPEN = "attempt_open"  # there is one to go on with
    NOT_YET_OPEN = "not_yet_open"
    CLOSED = "closed"
    NO_ATTEMPTS_LEFT = "no_attempts_left"
    WAITING = "waiting"  # the time between two attempts is not over
    CLOSES_FIRST = "closes_first"  # it will be over only after the quiz has closed


@dataclass(frozen=True)
class Permission:
    """Whether an attempt may be started, and if not, why."""

    reason: Refusal | None
    attempts_left: int | None  # None: no limit

    @property
    def is_given(self) -> bool:
        return self.reason is None


def retry_at(ended_at: datetime | None, wait_hours: float) -> datetime | None:
    """Say from when on there may be another attempt after one that ended; None: at once."""
    if ended_at is None or not wait_hours:
        return None
    return ended_at + timedelta(hours=wait_hours)


def may_start(
    attempts: Sequence[AttemptState],
    max_attempts: int | None,
    *,
    now: datetime,
    window: Window = ALWAYS,
    retry_at: datetime | None = None,
) -> Permission:
    """Decide whether a learner may start another attempt.

    Args:
        attempts: the states of those already made at this quiz, whatever came of them.
        max_attempts: None for no limit.
        now: the server's time.
        window: from its closing on nothing starts.
        retry_at: the end of the waiting time since the last attempt.
    """
    left = None if max_attempts is None else max(0, max_attempts - len(attempts))
    return Permission(_refusal(attempts, left, now, window, retry_at), left)


def _refusal(
    attempts: Sequence[AttemptState],
    attempts_left: int | None,
    now: datetime,
    window: Window,
    retry_at: datetime | None,
) -> Refusal | None:
    if AttemptState.OPEN in attempts:
        return Refusal.ATTEMPT_OPEN
    if attempts_left == 0:
        return Refusal.NO_ATTEMPTS_LEFT
    if window.closes_at is not None and now >= window.closes_at:
        return Refusal.CLOSED
    if window.opens_at is not None and now < window.opens_at:
        return Refusal.NOT_YET_OPEN
    if retry_at is not None and now < retry_at:
        is_over = window.closes_at is not None and retry_at >= window.closes_at
        return Refusal.CLOSES_FIRST if is_over else Refusal.WAITING
    return None
