"""Whether an item is equally hard in two languages for people who know equally much: Mantel-Haenszel."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

DELTA = -2.35  # from log odds to the delta scale of ETS, where the effect classes are defined
CHI_SQUARE_05 = 3.841  # 95 % quantile of chi-square with one degree of freedom
NORMAL_05 = 1.645  # 95 % quantile of the normal distribution: one side


class Effect(StrEnum):
    """Size of a difference, by the rule of the Educational Testing Service."""

    A = "A"  # negligible
    B = "B"  # slight to moderate
    C = "C"  # moderate to large


@dataclass(frozen=True)
class Table:
    """The answers of one stratum: people of two groups who did equally well in the quiz."""

    reference_right: int
    reference_wrong: int
    focal_right: int
    focal_wrong: int

    @property
    def count(self) -> int:
        return self.reference_right + self.reference_wrong + self.focal_right + self.focal_wrong


@dataclass(frozen=True)
class Difference:
    """How an item differs between two groups."""

    odds_ratio: float  # above 1: easier for the reference group
    chi_square: float  # one degree of freedom, with continuity correction
    delta: float  # MH D-DIF; below 0: harder for the focal group
    delta_error: float  # its standard error

    @property
    def p_value(self) -> float:
        return math.erfc(math.sqrt(self.chi_square / 2))

    @property
    def effect(self) -> Effect:
        return effect(self.delta, self.delta_error, self.chi_square)


def difference(tables: Iterable[Table]) -> Difference | None:
    """Compare two groups within strata.

    Returns:
        None where nothing can be compared: no stratum with both groups in which some were right and
        some wrong, or one group is always ahead, so that the odds ratio has no end.

    Source: Mantel & Haenszel 1959, J. Natl. Cancer Inst. 22, 719-748, with the variance of Robins,
    Breslow & Greenland 1986, Biometrics 42, 311-323. ``mantelhaen.test(UCBAdmissions)`` of R: common
    odds ratio 0.9046968, 95 % interval 0.7719074 to 1.0603298, chi-square 1.4269. Its rabbits
    (Agresti 1990, 231-237): 7, 1.026713 to 47.725133, 3.9286.
    """
    usable = [table for table in tables if table.count > 1]
    for_reference = math.fsum(one.reference_right * one.focal_wrong / one.count for one in usable)
    for_focal = math.fsum(one.reference_wrong * one.focal_right / one.count for one in usable)
    spread = math.fsum(_variance(one) for one in usable)
    if not (for_reference and for_focal and spread):
        return None
    surplus = math.fsum(one.reference_right - _expected(one) for one in usable)
    log_error = math.sqrt(_log_variance(usable, for_reference, for_focal))
    return Difference(
        odds_ratio=for_reference / for_focal,
        chi_square=max(0.0, abs(surplus) - 0.5) ** 2 / spread,
        delta=DELTA * math.log(for_reference / for_focal),
        delta_error=abs(DELTA) * log_error,
    )


def effect(delta: float, delta_error: float, chi_square: float) -> Effect:
    """Class a difference.

    A: not different from 0 at 5 %, or smaller than 1. C: at least 1.5, and above 1 at 5 %
    (one-sided). B: all else.

    Source: Zwick 2012, A Review of ETS Differential Item Functioning Assessment Procedures,
    ETS RR-12-08, after Zieky 1993.
    """
    size = abs(delta)
    if chi_square <= CHI_SQUARE_05 or size < 1:
        return Effect.A
    if size >= 1.5 and size - 1 > NORMAL_05 * delta_error:
        return Effect.C
    return Effect.B


def tables(answers: Iterable[tuple[int, bool, bool]]) -> list[Table]:
    """Sort answers to one item into strata.

    Args:
        answers: of each learner the stratum, whether the group is the focal one, whether the answer
            was right as a whole.
    """
    counted: dict[int, dict[tuple[bool, bool], int]] = defaultdict(lambda: defaultdict(int))
    for stratum, is_focal, is_right in answers:
        counted[stratum][is_focal, is_right] += 1
    return [
        Table(cell[False, True], cell[False, False], cell[True, True], cell[True, False])
        for _stratum, cell in sorted(counted.items())
    ]


def _expected(table: Table) -> float:
    """Count the reference group's right answers, had the groups been alike."""
    reference = table.reference_right + table.reference_wrong
    return reference * (table.reference_right + table.focal_right) / table.count


def _variance(table: Table) -> float:
    reference = table.reference_right + table.reference_wrong
    right = table.reference_right + table.focal_right
    focal, wrong = table.count - reference, table.count - right
    return reference * focal * right * wrong / (table.count**2 * (table.count - 1))


def _log_variance(usable: list[Table], for_reference: float, for_focal: float) -> float:
    """Give the variance of the logarithm of the odds ratio (Robins, Breslow & Greenland 1986)."""
    alike = mixed = unlike = 0.0
    for one in usable:
        same = (one.reference_right + one.focal_wrong) / one.count
        crossed = (one.reference_wrong + one.focal_right) / one.count
        ahead = one.reference_right * one.focal_wrong / one.count
        behind = one.reference_wrong * one.focal_right / one.count
        alike += same * ahead
        mixed += same * behind + crossed * ahead
        unlike += crossed * behind
    return (
        alike / (2 * for_reference**2)
        + mixed / (2 * for_reference * for_focal)
        + unlike / (2 * for_focal**2)
    )
