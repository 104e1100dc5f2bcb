"""How good an attempt is, and whether that passes. Exact: nothing is rounded before it is compared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

# Exact: 0.1 in the database or in a course is meant as one tenth.
Number = int | float | Decimal | Fraction


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
    worth = [exact(value) for value in points]
    if any(not 0 <= share <= 1 for share in shares) or any(value < 0 for value in worth):
        raise ValueError("a mark is from 0 to 1, and points are not negative")
    got = sum((a * b for a, b in zip(worth, shares, strict=True)), Fraction(0))
    return Score(got, sum(worth, Fraction(0)))


def is_pass(score: Score, pass_percent: Number) -> bool:
    """Compare without rounding. A pass mark of 0 is reached by everybody: a pre-test has one."""
    return score.percent >= exact(pass_percent)


@dataclass(frozen=True)
class Result:
    """What the marks of an attempt come to."""

    score_percent: float
    is_passed: bool
    is_pass_kept: bool = False  # passed before; these marks alone would not have


def result(marks: Iterable[float], pass_percent: Number, *, was_passed: bool = False) -> Result:
    """Settle an attempt, each of whose items is worth one. Who has passed once keeps the pass."""
    shares = list(marks)
    got = score([1] * len(shares), shares)
    passes = is_pass(got, pass_percent)
    return Result(float(got.percent), passes or was_passed, was_passed and not passes)


def points_needed(points_max: Number, pass_percent: Number) -> Fraction:
    """Say how many points pass: 21/2 of 15 at 70 %, which is 11 where points come whole."""
    return exact(points_max) * exact(pass_percent) / 100


def counting(scores: Sequence[Number], counts: str) -> int:
    """Say which of several results counts: of equal ones the earliest.

    Args:
        scores: of the attempts that are marked, the first one first; at least one.
        counts: best, last or first.
    """
    if counts == "first":
        return 0
    if counts == "last":
        return len(scores) - 1
    return scores.index(max(scores))


def exact(value: Number) -> Fraction:
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)


def _share(mark: float) -> Fraction:
    """Find the fraction that a mark was: 1/3 for 0.3333333333333333, so that three make one."""
    return Fraction(mark).limit_denominator(1000)
