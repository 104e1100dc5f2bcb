"""How good a quiz and its items are: classical test theory, from marks to figures and what they ask for.

Items are drawn by chance, so two learners seldom answered the same ones. Every figure here is chosen
so that this does no harm; docs/decisions tells how and why.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from statistics import StatisticsError, correlation, fmean, mode, stdev, variance


class Third(StrEnum):
    """Where a learner stands among those who answered an item, by the rest of the attempt."""

    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"


def rest_percent(marks: Mapping[str, float], key: str) -> float | None:
    """Say how good an attempt is without one of its items, in percent of what else could be got.

    Percent, because attempts may have unequally many items. None where there is nothing else.
    """
    if len(marks) < 2:
        return None
    return max(0.0, 100 * (math.fsum(marks.values()) - marks[key]) / (len(marks) - 1))


def point_biserial(marks: Sequence[float], rests: Sequence[float]) -> float | None:
    """Correlate an item with the rest of the attempt: does it go with the others?

    Corrected: the item is not part of what it is compared with. For marks of 0 and 1 Pearson's
    coefficient is the point-biserial one; marks between them need no other formula.

    Returns:
        -1 to 1; None where all marks, or all rests, are the same.

    Source: LSAT, section 6 (Bock & Lieberman 1970, Psychometrika 35, 179-197), as described by
    ``descript(LSAT)`` of R's package ltm, column "Excluded": 0.1128, 0.1532, 0.1728, 0.1444, 0.1216.
    """
    try:
        return correlation(marks, rests)
    except StatisticsError:  # nothing varies, or nobody is there
        return None


def thirds(rests: Sequence[float]) -> list[Third]:
    """Part learners into thirds. Equal ones stay together, so the thirds may differ in size.

    A learner's rank is the middle one of all who are equal; up to 1/3 is the bottom, from 2/3 the top.
    """
    order = sorted(range(len(rests)), key=rests.__getitem__)
    found = [Third.MIDDLE] * len(rests)
    below = 0
    for _value, group in groupby(order, key=rests.__getitem__):
        equal = list(group)
        rank = (below + len(equal) / 2) / len(rests)
        for index in equal:
            found[index] = _third(rank)
        below += len(equal)
    return found


def _third(rank: float) -> Third:
    if rank < 1 / 3:
        return Third.BOTTOM
    return Third.TOP if rank > 2 / 3 else Third.MIDDLE


def cronbach_alpha(rows: Sequence[Sequence[float]]) -> float | None:
    """Say how far the items of a quiz measure one thing: Cronbach's alpha.

    Args:
        rows: of each attempt its marks, by *place in the draw*. Where chance fills the places, the
            luck of the draw counts as error, as it should where all must reach one pass mark.

    Returns:
        At most 1; below 0 where items contradict each other. None where it would mislead: fewer than
        two places or attempts, attempts of unequal length, or no differences between the attempts.

    Source: LSAT, section 6, ``cronbach.alpha(LSAT)`` of R's package ltm: 0.295.
    """
    lengths = {len(row) for row in rows}
    if len(rows) < 2 or len(lengths) != 1 or lengths < {2} or lengths & {0, 1}:
        return None
    count = lengths.pop()
    total = variance([math.fsum(row) for row in rows])
    if not total:
        return None
    parts = math.fsum(variance(place) for place in zip(*rows, strict=True))
    return count / (count - 1) * (1 - parts / total)


def standard_error(deviation: float, reliability: float) -> float | None:
    """Say how far a score may be off by chance, in the unit of the deviation.

    None where the reliability is below 0: nothing can be said then.

    Source: the example of statology.org, "Standard Error of Measurement": s = 3.17 and R = 0.88
    give 1.098.
    """
    return deviation * math.sqrt(max(0.0, 1 - reliability)) if reliability >= 0 else None


@dataclass(frozen=True)
class Spread:
    """The scores of a quiz, in percent."""

    count: int
    mean: float
    deviation: float  # of a sample: divided by n - 1
    alpha: float | None
    alpha_count: int  # attempts that alpha is of
    standard_error: float | None


def spread(rows: Sequence[Sequence[float]], scores: Sequence[float]) -> Spread | None:
    """Sum up a quiz; None with fewer than two attempts.

    Args:
        rows: of each attempt its marks by place. Alpha is of those of the commonest length: a quiz
            may have grown from one version to the next.
        scores: of the same attempts, in percent.
    """
    if len(scores) < 2:
        return None
    length = mode(len(row) for row in rows)
    alike = [(row, one) for row, one in zip(rows, scores, strict=True) if len(row) == length]
    alpha = cronbach_alpha([row for row, _score in alike])
    error = None if alpha is None else standard_error(stdev(one for _row, one in alike), alpha)
    return Spread(len(scores), fmean(scores), stdev(scores), alpha, len(alike), error)


class Flag(StrEnum):
    """What is odd about an item."""

    STRONG_CHOOSE_WRONG = "strong_choose_wrong"
    AGAINST_THE_REST = "against_the_rest"
    NOT_WITH_THE_REST = "not_with_the_rest"
    TOO_HARD = "too_hard"
    TOO_EASY = "too_easy"
    DEAD_OPTION = "dead_option"


@dataclass(frozen=True)
class Threshold:
    """From where on a flag is raised, from how many answers on, and who says so."""

    limit: float
    least_answers: int
    source: str


EBEL = "Ebel & Frisbie 1991, Essentials of Educational Measurement: below 0.20 poor"
MOODLE = "Moodle, Quiz report statistics: facility from 95 % extremely easy, to 5 % something wrong"
HALADYNA = "Haladyna & Downing 1993, Educ. Psychol. Meas. 53: an option that under 5 % choose"
RODRIGUEZ = "Haladyna & Rodriguez 2013, Developing and Validating Test Items: the strong shun them"

# A correlation of few answers is mostly chance: its standard error is 1/sqrt(n - 1), 0.19 with 30.
THRESHOLDS: dict[Flag, Threshold] = {
    Flag.STRONG_CHOOSE_WRONG: Threshold(1.0, 30, RODRIGUEZ),
    Flag.AGAINST_THE_REST: Threshold(0.0, 30, EBEL),
    Flag.NOT_WITH_THE_REST: Threshold(0.2, 30, EBEL),
    Flag.TOO_HARD: Threshold(0.05, 10, MOODLE),
    Flag.TOO_EASY: Threshold(0.95, 10, MOODLE),
    Flag.DEAD_OPTION: Threshold(0.05, 30, HALADYNA),
}


@dataclass(frozen=True)
class Choice:
    """How often an option was chosen."""

    option: str
    is_right: bool
    share: float  # of all who had the item
    top_share: float | None  # of the top third; None with too few in it


@dataclass(frozen=True)
class Raised:
    """A flag, and the option it is about."""

    flag: Flag
    option: str = ""


def flags(
    count: int, facility: float, correlation: float | None, choices: Sequence[Choice]
) -> list[Raised]:
    """Say what is odd about an item, the gravest first.

    Args:
        count: of answers.
        facility: mean mark, 0 to 1.
        correlation: with the rest; None where there is none.
        choices: the options, where it has any and one of them is right.
    """
    found = [*_odd_choices(choices), *_odd_figures(facility, correlation)]
    return sorted(
        (one for one in found if count >= THRESHOLDS[one.flag].least_answers),
        key=lambda one: list(Flag).index(one.flag),
    )


def _odd_figures(facility: float, correlation: float | None) -> list[Raised]:
    found = []
    if correlation is not None and correlation < THRESHOLDS[Flag.NOT_WITH_THE_REST].limit:
        is_against = correlation < THRESHOLDS[Flag.AGAINST_THE_REST].limit
        found.append(Raised(Flag.AGAINST_THE_REST if is_against else Flag.NOT_WITH_THE_REST))
    if facility <= THRESHOLDS[Flag.TOO_HARD].limit:
        found.append(Raised(Flag.TOO_HARD))
    if facility >= THRESHOLDS[Flag.TOO_EASY].limit:
        found.append(Raised(Flag.TOO_EASY))
    return found


def _odd_choices(choices: Sequence[Choice]) -> list[Raised]:
    right = [one.top_share for one in choices if one.is_right and one.top_share is not None]
    wrong = [one for one in choices if not one.is_right]
    # More of the strong choose it than choose any right option.
    limit = THRESHOLDS[Flag.STRONG_CHOOSE_WRONG].limit * max(right, default=math.inf)
    dead = THRESHOLDS[Flag.DEAD_OPTION].limit
    return [
        Raised(Flag.STRONG_CHOOSE_WRONG, one.option)
        for one in wrong
        if one.top_share is not None and one.top_share > limit
    ] + [Raised(Flag.DEAD_OPTION, one.option) for one in wrong if one.share < dead]
