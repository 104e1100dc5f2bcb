"""Learning gain, against worked examples that others have published."""

from __future__ import annotations

import pytest

from lms.quizzes.rules.gain import Pair, gain, normalised_gain, t_probability, t_quantile

# More hours of sleep of ten patients under two drugs: Student 1908, the data set sleep of R.
SLEEP = list(
    zip(
        (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0),
        (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4),
        strict=True,
    )
)


class TestGain:
    def test_agrees_with_student(self):
        found = gain([Pair(*hours) for hours in SLEEP])

        assert found.count == 10
        assert (found.before, found.after) == pytest.approx((0.75, 2.33))
        assert found.mean == pytest.approx(1.58)
        assert (found.low, found.high) == pytest.approx((0.7001142, 2.4598858), abs=5e-8)
        assert found.mean / (found.deviation / 10**0.5) == pytest.approx(4.0621, abs=5e-5)

    def test_needs_two_pairs(self):
        assert gain([]) is None
        assert gain([Pair(10, 20)]) is None

    def test_has_an_interval_of_one_point_where_all_gained_the_same(self):
        found = gain([Pair(10, 30), Pair(20, 40)])

        assert (found.mean, found.low, found.high) == (20, 20, 20)

    def test_normalises_the_group_by_its_means(self):
        pairs = [Pair(0, 50), Pair(80, 90)]

        assert gain(pairs).normalised == pytest.approx(30 / 60)
        assert [pair.normalised for pair in pairs] == [0.5, 0.5]


class TestNormalisedGain:
    def test_agrees_with_the_published_example_of_the_force_concept_inventory(self):
        assert normalised_gain(100 * 9 / 29, 100 * 17 / 29) == pytest.approx(0.40)

    @pytest.mark.parametrize(
        ("before", "after", "found"), [(0, 100, 1), (50, 50, 0), (50, 25, -0.5), (100, 100, None)]
    )
    def test_is_the_share_of_what_could_be_learnt(self, before, after, found):
        assert normalised_gain(before, after) == found


class TestStudentsT:
    @pytest.mark.parametrize(
        ("freedom", "at_95", "at_975"),
        [
            (1, 6.314, 12.706),
            (2, 2.920, 4.303),
            (3, 2.353, 3.182),
            (4, 2.132, 2.776),
            (5, 2.015, 2.571),
            (9, 1.833, 2.262),
            (10, 1.812, 2.228),
            (30, 1.697, 2.042),
            (100, 1.660, 1.984),
        ],
    )
    def test_agrees_with_the_printed_table(self, freedom, at_95, at_975):
        assert round(t_quantile(0.95, freedom), 3) == at_95
        assert round(t_quantile(0.975, freedom), 3) == at_975

    @pytest.mark.parametrize("freedom", [1, 2, 7, 50, 2000])
    def test_is_the_inverse_of_its_probability(self, freedom):
        assert t_probability(0, freedom) == 0.5
        assert t_probability(t_quantile(0.9, freedom), freedom) == pytest.approx(0.9)
