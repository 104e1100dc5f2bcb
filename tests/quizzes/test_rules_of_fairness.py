"""Mantel-Haenszel, against worked examples that others have published."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.rules.fairness import DELTA, Effect, Table, difference, effect, tables

# Admitted and rejected men and women by department: UCBAdmissions of R (Bickel et al. 1975, Science 187).
BERKELEY = [
    Table(512, 313, 89, 19), Table(353, 207, 17, 8), Table(120, 205, 202, 391),
    Table(138, 279, 131, 244), Table(53, 138, 94, 299), Table(22, 351, 24, 317),
]  # fmt: skip
# Rabbits cured and dead with penicillin at once and later, by dose: Agresti 1990, pages 231-237.
RABBITS = [
    Table(0, 6, 0, 5), Table(3, 3, 0, 6), Table(6, 0, 2, 4), Table(5, 1, 6, 0), Table(2, 0, 5, 0),
]  # fmt: skip


class TestDifference:
    @pytest.mark.parametrize(
        ("strata", "odds_ratio", "chi_square", "p_value", "low", "high"),
        [
            (BERKELEY, 0.9046968, 1.4269, 0.2323, 0.7719074, 1.0603298),
            (RABBITS, 7, 3.9286, 0.04747, 1.026713, 47.725133),
        ],
        ids=["Berkeley", "rabbits"],
    )
    def test_agrees_with_mantelhaen_test(self, strata, odds_ratio, chi_square, p_value, low, high):
        found = difference(strata)

        log_error = found.delta_error / abs(DELTA)
        interval = [found.odds_ratio * math.exp(side * 1.959964 * log_error) for side in (-1, 1)]
        assert found.odds_ratio == pytest.approx(odds_ratio, abs=5e-8)
        assert found.chi_square == pytest.approx(chi_square, abs=5e-5)
        assert found.p_value == pytest.approx(p_value, abs=5e-5)
        assert interval == pytest.approx([low, high], rel=1e-6)
        assert found.delta == pytest.approx(-2.35 * math.log(odds_ratio), abs=1e-6)

    @pytest.mark.parametrize(
        "strata",
        [
            [],
            [Table(5, 5, 0, 0)],
            [Table(5, 0, 5, 0)],
            [Table(5, 0, 0, 5)],
            [Table(1, 0, 0, 0), Table(0, 0, 0, 1)],
        ],
        ids=["nobody", "one group", "all right", "always ahead", "never together"],
    )
    def test_is_none_where_nothing_can_be_compared(self, strata):
        assert difference(strata) is None

    def test_turns_round_with_the_groups(self):
        turned = [
            Table(one.focal_right, one.focal_wrong, one.reference_right, one.reference_wrong)
            for one in BERKELEY
        ]

        assert difference(turned).delta == pytest.approx(-difference(BERKELEY).delta)
        assert difference(turned).chi_square == pytest.approx(difference(BERKELEY).chi_square)

    def test_is_negative_where_the_item_is_harder_for_the_focal_group(self):
        assert difference([Table(90, 10, 60, 40)]).delta < 0

    @given(st.lists(st.builds(Table, *[st.integers(0, 30)] * 4), max_size=8))
    def test_has_an_effect_whatever_the_counts(self, strata):
        found = difference(strata)

        assert found is None or (found.effect in Effect and 0 <= found.p_value <= 1)


class TestEffect:
    @pytest.mark.parametrize(
        ("delta", "error", "chi_square", "found"),
        [
            (0.9, 0.1, 80.0, Effect.A),  # sure, and too small to matter
            (2.0, 1.5, 1.8, Effect.A),  # large, and not sure
            (2.0, 1.5, 3.841, Effect.A),
            (1.0, 0.3, 11.0, Effect.B),
            (-1.2, 0.3, 16.0, Effect.B),
            (1.49, 0.1, 200.0, Effect.B),
            (1.5, 0.31, 23.0, Effect.B),  # 0.5 < 1.645 * 0.31: not surely above 1
            (1.5, 0.30, 25.0, Effect.C),
            (-1.5, 0.30, 25.0, Effect.C),
            (-3.0, 0.8, 14.0, Effect.C),
        ],
    )
    def test_follows_the_rule_of_ets(self, delta, error, chi_square, found):
        assert effect(delta, error, chi_square) is found


class TestTables:
    def test_sort_answers_into_strata(self):
        answers = [(2, False, True), (1, True, False), (2, True, True), (2, False, False),
                   (2, False, True)]  # fmt: skip

        assert tables(answers) == [Table(0, 0, 0, 1), Table(2, 1, 1, 0)]
