"""How much was learnt between a pre-test and a post-test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev


@dataclass(frozen=True)
class Pair:
    """One person's scores, in percent of the items on the objectives."""

    before: float
    after: float

    @property
    def gain(self) -> float:
        return self.after - self.before

    @property
    def normalised(self) -> float | None:
        return normalised_gain(self.before, self.after)


@dataclass(frozen=True)
class Gain:
    """What a group gained, in percentage points."""

    count: int
    before: float
    after: float
    mean: float
    deviation: float  # of the differences
    low: float  # of the 95 % confidence interval of the mean
    high: float
    normalised: float | None  # of the group: from its two means


def gain(pairs: Sequence[Pair]) -> Gain | None:
    """Sum up a group; None with fewer than two pairs.

    The interval is that of Student's t for paired differences.

    Source: the sleep of ten patients under two drugs (Student 1908, Biometrika 6, 1-25), as in R's
    ``t.test(extra ~ group, data = sleep, paired = TRUE)``: mean difference 1.58, from 0.7001142 to
    2.4598858.
    """
    if len(pairs) < 2:
        return None
    gains = [pair.gain for pair in pairs]
    before, after = fmean(pair.before for pair in pairs), fmean(pair.after for pair in pairs)
    mean, deviation = fmean(gains), stdev(gains)
    half = t_quantile(0.975, len(gains) - 1) * deviation / math.sqrt(len(gains))
    return Gain(
        len(pairs), before, after, mean, deviation, mean - half, mean + half,
        normalised_gain(before, after),
    )  # fmt: skip


def normalised_gain(before: float, after: float) -> float | None:
    """Say what share was learnt of what could be learnt; None where all was known before.

    Source: Hake 1998, Am. J. Phys. 66, 64-74. Savinainen & Scott 2002, Phys. Educ. 37, 45-52: 9 of 29
    right before and 17 of 29 after is an improvement of 40 % of the 20 that were possible.
    """
    return None if before >= 100 else (after - before) / (100 - before)


def t_quantile(probability: float, freedom: int) -> float:
    """Give the value that Student's t stays below with this probability (above 1/2, below 1).

    Source: the table of the NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2: for 0.975
    12.706, 2.262 and 1.984 with 1, 9 and 100 degrees of freedom.
    """
    low, high = 0.0, 1.0
    while t_probability(high, freedom) < probability:
        low, high = high, 2 * high
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        if t_probability(middle, freedom) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def t_probability(value: float, freedom: int) -> float:
    """Say how probably Student's t stays below a value that is not negative.

    Source: Abramowitz & Stegun 1964, 26.7.3 and 26.7.4, exact for whole degrees of freedom.
    """
    angle = math.atan(value / math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    is_odd = freedom % 2
    term = cosine if is_odd else 1.0
    total = 0.0
    for step in range(1 + is_odd, freedom, 2):
        total += term
        term *= cosine * cosine * step / (step + 1)
    inside = 2 / math.pi * (angle + sine * total) if is_odd else sine * total
    return (1 + inside) / 2
