"""Who in a delegation needs something, and what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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


class Standing(StrEnum):
    """Where a person stands over all courses of a cohort; each has exactly one."""

    NOT_SIGNED_IN = "not-signed-in"
    ON_TRACK = "on-track"
    BEHIND = "behind"
    FINISHED = "finished"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


def standing(
    *, place_count: int, finished_count: int, is_stale: bool, is_active: bool, has_signed_in: bool
) -> Standing:
    """Decide where somebody stands.

    Args:
        place_count: courses of the cohort that the person has not been withdrawn from.
        finished_count: those of them that are finished.
        is_stale: in none of them anything was done for a week. Whoever takes one course after the other
            is not behind in the next one.
        is_active: the account is not suspended.
        has_signed_in: at least once.
    """
    if not place_count:
        return Standing.WITHDRAWN
    if finished_count == place_count:
        return Standing.FINISHED
    if not is_active:
        return Standing.SUSPENDED
    if not has_signed_in:
        return Standing.NOT_SIGNED_IN
    return Standing.BEHIND if is_stale else Standing.ON_TRACK


def need(
    progress: Progress,
    *,
    now: datetime,
    signed_in_at: datetime | None,
    moved_at: datetime,
    has_begun: bool,
    is_name_confirmed: bool,
    is_over: bool,
) -> Need | None:
    """Return what keeps somebody from going on, or None.

    Whoever has finished is left in peace, and so is everybody once the cohort is over; except
    that a certificate still waits for a name.

    Args:
        progress: in one course.
        now: the moment.
        signed_in_at: the last time.
        moved_at: when something last happened in any course of the cohort: a step, or being enrolled.
        has_begun: some step is done, in any of them.
        is_name_confirmed: for the certificate.
        is_over: the cohort's last day has passed.
    """
    if progress.is_complete:
        return None if is_name_confirmed else Need.NAME
    if is_over:
        return None
    if signed_in_at is None:
        return Need.NOT_SIGNED_IN
    if now - moved_at <= AWAY_AFTER:
        return None
    return Need.AWAY if has_begun else Need.NOT_STARTED


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


def percent(done: int, total: int) -> int:
    """Return a share rounded down, but never to nothing: who has begun has done something."""
    if done >= total:
        return 100
    return max(1, done * 100 // total) if done else 0


class Rule(StrEnum):
    """Whom a reminder is for."""

    NOT_OPENED = "not_opened"
    AWAY = "away"
    DUE = "due"
    NAME = "name"


class LeftOut(StrEnum):
    """Why somebody whom a rule names gets no reminder all the same; the first one that holds is told."""

    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    FINISHED = "finished"
    REMINDED = "reminded"
    UNWANTED = "unwanted"
    BOUNCED = "bounced"


OPENED_AFTER = timedelta(days=3)
DUE_WITHIN = timedelta(days=3)


@dataclass(frozen=True)
class Place:
    """What a reminder needs to know about one course of one person."""

    course_id: int
    version_id: int
    enrolled_at: datetime
    last_done_at: datetime | None
    closes_at: datetime | None  # of the course or of a quiz that is not passed: what comes next
    is_finished: bool
    is_withdrawn: bool

    @property
    def moved_at(self) -> datetime:
        """When something last happened there."""
        return self.last_done_at or self.enrolled_at


def place_for(
    rule: Rule,
    places: Sequence[Place],
    *,
    signed_in_at: datetime | None,
    is_name_confirmed: bool,
    now: datetime,
) -> Place | None:
    """Return the course that a reminder by this rule would be about; None when the rule does not name the person.

    Courses that are left or finished count only where there is no other: so a page can say who is left out.
    """
    open_places = [one for one in places if not (one.is_withdrawn or one.is_finished)]
    if rule is Rule.NAME:
        waiting = [one for one in places if one.is_finished]
        return waiting[0] if waiting and not is_name_confirmed else None
    candidates = open_places or places
    if rule is Rule.AWAY:
        kept = [one for one in places if not one.is_withdrawn] or places
        is_away = now - max(one.moved_at for one in kept) > AWAY_AFTER
        last = max(candidates, key=lambda one: one.moved_at)
        return last if is_away and signed_in_at is not None else None
    return next((one for one in candidates if _fits(rule, one, signed_in_at, now)), None)


def _fits(rule: Rule, place: Place, signed_in_at: datetime | None, now: datetime) -> bool:
    if rule is Rule.DUE:
        return place.closes_at is not None and now < place.closes_at <= now + DUE_WITHIN
    return signed_in_at is None and now - place.enrolled_at >= OPENED_AFTER


def left_out(
    rule: Rule,
    places: Sequence[Place],
    *,
    is_active: bool,
    reminded_at: datetime | None,
    is_wanted: bool,
    is_reachable: bool,
    now: datetime,
) -> LeftOut | None:
    """Return why somebody whom the rule names is not reminded, or None."""
    kept = [one for one in places if not one.is_withdrawn]
    reasons = {
        LeftOut.WITHDRAWN: not kept,
        LeftOut.SUSPENDED: not is_active,
        LeftOut.FINISHED: rule is not Rule.NAME and all(one.is_finished for one in kept),
        LeftOut.REMINDED: is_quiet(reminded_at, now),
        LeftOut.UNWANTED: not is_wanted,
        LeftOut.BOUNCED: not is_reachable,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)
