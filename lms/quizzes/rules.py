"""What a quiz decides: which items, in what order, how good, how long, and whether at all.

Pure: no clock, no database; whoever asks brings the time. All times are in UTC.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

GRACE = timedelta(seconds=5)  # an answer sent in the last second may be this long on its way

# Exact: 0.1 in the database or in a course is meant as one tenth.
Number = int | float | Decimal | Fraction


# Drawing items


@dataclass(frozen=True)
class BankItem:
    """What a draw needs to know of an item. Its id is unique among all that are given."""

    id: str
    bank: str
    tags: frozenset[str] = frozenset()
    difficulty: int | None = None  # 1 easy, 2 middle, 3 hard


@dataclass(frozen=True)
class Draw:
    """So many items of a bank: with all of these tags, of this difficulty."""

    bank: str
    count: int
    tags: frozenset[str] = frozenset()
    difficulty: int | None = None

    def fits(self, item: BankItem) -> bool:
        return (
            item.bank == self.bank
            and self.tags <= item.tags
            and self.difficulty in (None, item.difficulty)
        )


class BankTooSmall(ValueError):
    """No choice of items satisfies all draws; ``draw`` is the one that cannot be filled."""

    def __init__(self, draw: Draw, fitting: int) -> None:
        super().__init__(f"{draw} cannot be filled: {fitting} items fit, some taken by other draws")
        self.draw = draw
        self.fitting = fitting  # items that fit this draw, other draws left aside


def draw(bank_items: Iterable[BankItem], draws: Sequence[Draw], seed: int) -> list[str]:
    """Choose the items of an attempt, none of them twice.

    The order of chance is the order of SHA-256 of seed and item id. It is the same in every
    version of Python and on every machine, which ``random.sample`` does not promise.

    Draws may overlap (five of a bank, and three about privacy of the same bank). Whether they can
    be filled depends on the bank alone, never on the seed: an item that another draw needs is
    given back, as in the search for a matching in a bipartite graph (Kuhn's algorithm).

    Returns:
        Item ids, draw by draw, in the order of chance.

    Raises:
        BankTooSmall: the draws cannot be filled.
    """
    shuffled = sorted(bank_items, key=lambda item: _rank(seed, "item", item.id))
    places = [wanted for wanted in draws for _ in range(wanted.count)]
    fitting = [[item.id for item in shuffled if wanted.fits(item)] for wanted in places]
    place_of: dict[str, int] = {}
    for place, wanted in enumerate(places):
        if not _fill(place, fitting, place_of, set()):
            raise BankTooSmall(wanted, len(fitting[place]))
    return sorted(place_of, key=place_of.__getitem__)


def _fill(place: int, fitting: list[list[str]], place_of: dict[str, int], asked: set[str]) -> bool:
    """Give a place an item: a free one, or else one whose place finds another."""
    for item in fitting[place]:
        if item not in place_of:
            place_of[item] = place
            return True
    for item in fitting[place]:
        if item not in asked:
            asked.add(item)
            if _fill(place_of[item], fitting, place_of, asked):
                place_of[item] = place
                return True
    return False


def order_options(
    item_id: str, option_ids: Sequence[str], seed: int, *, shuffle: bool
) -> list[str]:
    """Order the options of one item for one attempt, the same on every visit."""
    if not shuffle:
        return list(option_ids)
    return sorted(option_ids, key=lambda option: _rank(seed, "option", item_id, option))


def _rank(seed: int, *parts: str) -> bytes:
    return hashlib.sha256("\n".join([str(seed), *parts]).encode()).digest()


# Points


@dataclass(frozen=True)
class Score:
    """Points of an attempt, exact."""

    points_got: Fraction
    points_max: Fraction

    @property
    def percent(self) -> Fraction:
        """Exact, from 0 to 100; 0 when there was nothing to get."""
        return 100 * self.points_got / self.points_max if self.points_max else Fraction(0)

    @property
    def shown_percent(self) -> int:
        """Whole percent, rounded down, so that nobody reads "70 %" and "not passed"."""
        return int(self.percent)


def score(points: Sequence[Number], marks: Sequence[float]) -> Score:
    """Add up an attempt.

    Args:
        points: what each item is worth, not negative.
        marks: the share of it that each response earned, from 0.0 to 1.0, in the same order.

    Raises:
        ValueError: unequal lengths, or a mark or points outside their range.
    """
    shares = [_share(mark) for mark in marks]
    worth = [_exact(value) for value in points]
    if any(not 0 <= share <= 1 for share in shares) or any(value < 0 for value in worth):
        raise ValueError("a mark is from 0 to 1, and points are not negative")
    got = sum((a * b for a, b in zip(worth, shares, strict=True)), Fraction(0))
    return Score(got, sum(worth, Fraction(0)))


def is_pass(score: Score, pass_percent: Number) -> bool:
    """Compare without rounding; where there was nothing to get, there is nothing to pass."""
    return score.points_max > 0 and score.percent >= _exact(pass_percent)


def points_needed(points_max: Number, pass_percent: Number) -> Fraction:
    """Say how many points pass: 21/2 of 15 at 70 %, which is 11 where points come whole."""
    return _exact(points_max) * _exact(pass_percent) / 100


def _exact(value: Number) -> Fraction:
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)


def _share(mark: float) -> Fraction:
    """Find the fraction that a mark was: 1/3 for 0.3333333333333333, so that three make one."""
    return Fraction(mark).limit_denominator(1000)


# Time


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
    longer = _exact(extra_time_factor) - 1
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
