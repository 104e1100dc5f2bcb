"""Who gets a place: the quota of each country, its waiting list, and what becomes of a seat that falls free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class SpareRule(StrEnum):
    """What becomes of a seat for which nobody of its own country waits."""

    KEEP = "keep"
    LONGEST_WAITING = "longest_waiting"
    FEWEST_PLACED = "fewest_placed"


@dataclass(frozen=True)
class Waiting:
    """Somebody who was approved and has no place yet."""

    nomination_id: int
    since: datetime


@dataclass(frozen=True)
class Quota:
    """One country's seats in an intake; without a number there is no limit, and nobody waits."""

    cohort_id: int
    seats: int | None
    taken: int
    waiting: tuple[Waiting, ...] = ()

    @property
    def has_own_seat(self) -> bool:
        return self.seats is None or self.taken < self.seats

    @property
    def first(self) -> Waiting:
        return min(self.waiting, key=_turn)

    def without(self, nomination_id: int) -> Quota:
        """Return the same with somebody taken out of the queue."""
        rest = tuple(one for one in self.waiting if one.nomination_id != nomination_id)
        return replace(self, waiting=rest)


def _turn(one: Waiting) -> tuple[datetime, int]:
    return one.since, one.nomination_id


def is_full(intake: Sequence[Quota]) -> bool:
    """Tell whether all seats of the limited countries together are taken; spare ones may have gone round."""
    limited = [quota for quota in intake if quota.seats is not None]
    return sum(quota.taken for quota in limited) >= sum(quota.seats or 0 for quota in limited)


def has_place(intake: Sequence[Quota], cohort_id: int) -> bool:
    """Decide whether the next person of a country gets a place at once, or waits.

    Nobody overtakes those of the own country who wait already.
    """
    own = next(quota for quota in intake if quota.cohort_id == cohort_id)
    if own.seats is None:
        return True
    return own.has_own_seat and not own.waiting and not is_full(intake)


def next_promotion(
    intake: Sequence[Quota],
    rule: SpareRule,
    *,
    freed_id: int | None = None,
    is_sharing: bool = True,
) -> Waiting | None:
    """Return who gets the seat that is free, or None when it stays free.

    The country where it fell free comes first, and within a country who waits longest. Then come the
    countries that have a seat of their own coming; then, by the rule, all who wait. So a country's own
    quota is given away only while nobody of that country waits.

    Args:
        intake: every country of the intake, as it is now.
        rule: what becomes of a seat for which nobody of its own country waits.
        freed_id: the country in which a seat has just fallen free.
        is_sharing: whether a seat may leave its country at all.
    """
    queues = [quota for quota in intake if quota.waiting]
    if not queues or is_full(intake):
        return None
    own = [quota for quota in queues if quota.has_own_seat]
    freed = [quota for quota in queues if quota.cohort_id == freed_id]
    if own:
        here = [quota for quota in own if quota in freed]
        return min((quota.first for quota in here or own), key=_turn)
    if rule is SpareRule.KEEP or not is_sharing:
        return None
    return min(freed or queues, key=_by_need if rule is SpareRule.FEWEST_PLACED else _by_time).first


def _by_time(quota: Quota) -> tuple[datetime, int]:
    return _turn(quota.first)


def _by_need(quota: Quota) -> tuple[float, datetime, int]:
    """Compare how much of its quota each country has; of two alike, who waits longest is first."""
    share = quota.taken / quota.seats if quota.seats else 0.0
    return share, *_turn(quota.first)
