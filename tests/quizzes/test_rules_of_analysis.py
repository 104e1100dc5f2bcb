"""Figures about items and quizzes, against worked examples that others have published."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.rules.analysis import (
    THRESHOLDS,
    Choice,
    Flag,
    Raised,
    Third,
    cronbach_alpha,
    flags,
    point_biserial,
    rest_percent,
    spread,
    standard_error,
    thirds,
)

# Law School Admission Test, section 6: how many of 1,000 gave each pattern of right answers to five items.
# Bock & Lieberman 1970, Psychometrika 35, 179-197; the data set LSAT of R's package ltm.
LSAT_PATTERNS = (
    3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15,
    10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298,
)  # fmt: skip
LSAT = [
    [float(digit) for digit in f"{pattern:05b}"]
    for pattern, count in enumerate(LSAT_PATTERNS)
    for _person in range(count)
]
marks_of = st.lists(st.floats(0, 1), min_size=2, max_size=6)


class TestPointBiserial:
    @pytest.mark.parametrize(
        ("item", "published"), list(enumerate((0.1128, 0.1532, 0.1728, 0.1444, 0.1216)))
    )
    def test_agrees_with_the_published_description_of_lsat(self, item, published):
        rests = [
            rest_percent({str(place): mark for place, mark in enumerate(row)}, str(item))
            for row in LSAT
        ]

        found = point_biserial([row[item] for row in LSAT], rests)

        assert round(found, 4) == published

    @pytest.mark.parametrize(
        ("marks", "rests"), [([], []), ([1], [50]), ([1, 1], [0, 50]), ([0, 1], [50, 50])]
    )
    def test_is_none_where_nothing_varies(self, marks, rests):
        assert point_biserial(marks, rests) is None


class TestRestPercent:
    @pytest.mark.parametrize(
        ("marks", "rest"),
        [
            ({"a": 1.0}, None),
            ({"a": 1.0, "b": 0.0}, 0),
            ({"a": 0.0, "b": 1.0, "c": 0.5}, 75),
            ({"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0}, 100),
        ],
    )
    def test_leaves_the_item_out(self, marks, rest):
        assert rest_percent(marks, "a") == rest


class TestThirds:
    @pytest.mark.parametrize(
        ("rests", "found"),
        [
            ([], ""),
            ([50], "m"),
            ([10, 20, 30], "bmt"),
            ([30, 10, 20], "tbm"),
            ([10, 20, 30, 40, 50, 60], "bbmmtt"),
            ([50, 50, 50], "mmm"),
            ([0, 0, 0, 0, 100, 100], "mmmmtt"),
            ([0, 100, 100, 100, 100, 100], "bmmmmm"),
        ],
    )
    def test_keep_equal_learners_together(self, rests, found):
        assert "".join(third[0] for third in thirds(rests)) == found

    @given(st.lists(st.integers(0, 10), min_size=1))
    def test_never_put_a_weaker_learner_higher(self, rests):
        order = [Third.BOTTOM, Third.MIDDLE, Third.TOP]
        placed = sorted(zip(rests, (order.index(one) for one in thirds(rests)), strict=True))

        assert [third for _rest, third in placed] == sorted(third for _rest, third in placed)


class TestCronbachAlpha:
    def test_agrees_with_the_published_alpha_of_lsat(self):
        assert round(cronbach_alpha(LSAT), 3) == 0.295

    @pytest.mark.parametrize(
        ("without", "published"), list(enumerate((0.2754, 0.2376, 0.2168, 0.2459, 0.2663)))
    )
    def test_agrees_with_the_published_alpha_without_one_item(self, without, published):
        rest = [row[:without] + row[without + 1 :] for row in LSAT]

        assert round(cronbach_alpha(rest), 4) == published

    @pytest.mark.parametrize(
        "rows",
        [
            [],
            [[1, 0]],
            [[1], [0]],
            [[], []],
            [[1, 0], [1, 0, 1]],
            [[1, 0], [0, 1]],
        ],
        ids=["nobody", "one", "one place", "no place", "unequal", "no difference"],
    )
    def test_is_not_given_where_it_would_mislead(self, rows):
        assert cronbach_alpha(rows) is None

    def test_is_one_for_items_that_always_agree_and_below_zero_for_those_that_contradict(self):
        assert cronbach_alpha([[0, 0], [1, 1], [0.5, 0.5]]) == pytest.approx(1)
        assert cronbach_alpha([[0, 1, 1], [1, 0, 0]]) < 0

    def test_hardly_depends_on_which_item_stands_where_when_chance_decides_it(self):
        turned = [row[turn % 5 :] + row[: turn % 5] for turn, row in enumerate(LSAT)]

        assert cronbach_alpha(turned) == pytest.approx(one_way_reliability(LSAT), abs=0.01)

    @given(st.lists(marks_of, min_size=0, max_size=8))
    def test_never_exceeds_one(self, rows):
        alpha = cronbach_alpha(rows)

        assert alpha is None or alpha <= 1 + 1e-9


def one_way_reliability(rows) -> float:
    """Give the reliability of a mean of k answers by analysis of variance, one way: ICC(1, k)."""
    count, people = len(rows[0]), len(rows)
    grand = sum(map(sum, rows)) / (count * people)
    between = count * sum((sum(row) / count - grand) ** 2 for row in rows) / (people - 1)
    within = sum((mark - sum(row) / count) ** 2 for row in rows for mark in row)
    within /= people * (count - 1)
    return (between - within) / between


class TestStandardError:
    def test_agrees_with_a_published_example(self):
        assert round(standard_error(3.17, 0.88), 3) == 1.098

    @pytest.mark.parametrize(
        ("reliability", "found"), [(-0.1, None), (0, 10), (1, 0), (1.0000001, 0)]
    )
    def test_is_between_nothing_and_the_whole_deviation(self, reliability, found):
        assert standard_error(10, reliability) == found


class TestSpread:
    def test_sums_up_the_scores(self):
        found = spread([[0, 0], [1, 0], [1, 1]], [0, 50, 100])

        assert (found.count, found.mean, found.deviation, found.alpha_count) == (3, 50, 50, 3)
        assert found.alpha == pytest.approx(2 / 3)
        assert found.standard_error == pytest.approx(50 * math.sqrt(1 / 3))

    def test_takes_alpha_of_the_attempts_of_the_commonest_length(self):
        rows = [[0, 0], [1, 0], [1, 1], [0, 0, 0]]

        found = spread(rows, [0, 50, 100, 0])

        assert (found.count, found.mean, found.alpha_count) == (4, 37.5, 3)
        assert found.alpha == pytest.approx(2 / 3)

    def test_needs_two_attempts(self):
        assert spread([], []) is None
        assert spread([[1, 0]], [50]) is None


def choices(*shares: tuple[float, float | None]) -> list[Choice]:
    """Make options a, b, c of which the first is right: the share of all, and of the top third."""
    return [
        Choice(option, option == "a", share, top)
        for option, (share, top) in zip("abc", shares, strict=False)
    ]


class TestFlags:
    @pytest.mark.parametrize(
        ("count", "facility", "correlation", "raised"),
        [
            (30, 0.6, 0.2, []),
            (30, 0.6, 0.19, [Flag.NOT_WITH_THE_REST]),
            (30, 0.6, 0.0, [Flag.NOT_WITH_THE_REST]),
            (30, 0.6, -0.01, [Flag.AGAINST_THE_REST]),
            (29, 0.6, -0.5, []),
            (30, 0.6, None, []),
            (10, 0.95, None, [Flag.TOO_EASY]),
            (10, 0.94, None, []),
            (9, 1.0, None, []),
            (10, 0.05, None, [Flag.TOO_HARD]),
            (10, 0.06, None, []),
            (30, 0.01, -0.2, [Flag.AGAINST_THE_REST, Flag.TOO_HARD]),
        ],
    )
    def test_follow_from_the_figures(self, count, facility, correlation, raised):
        assert [one.flag for one in flags(count, facility, correlation, [])] == raised

    @pytest.mark.parametrize(
        ("shares", "raised"),
        [
            ([(0.5, 0.8), (0.3, 0.1), (0.2, 0.1)], []),
            ([(0.5, 0.4), (0.4, 0.6), (0.1, 0.0)], [Raised(Flag.STRONG_CHOOSE_WRONG, "b")]),
            ([(0.5, 0.5), (0.4, 0.5), (0.1, 0.0)], []),
            ([(0.5, None), (0.4, None), (0.1, None)], []),
            ([(0.6, 1.0), (0.36, 0.0), (0.04, 0.0)], [Raised(Flag.DEAD_OPTION, "c")]),
            ([(0.04, 0.1), (0.48, 0.45), (0.48, 0.45)],
             [Raised(Flag.STRONG_CHOOSE_WRONG, "b"), Raised(Flag.STRONG_CHOOSE_WRONG, "c")]),
        ],
    )  # fmt: skip
    def test_follow_from_what_was_chosen(self, shares, raised):
        assert flags(30, 0.5, 0.3, choices(*shares)) == raised

    def test_wait_for_enough_answers(self):
        assert flags(29, 0.5, 0.3, choices((0.5, 0.4), (0.5, 0.6), (0.0, 0.0))) == []

    def test_each_have_a_threshold_with_a_source(self):
        assert THRESHOLDS.keys() == set(Flag)
        assert all(one.source and one.least_answers >= 10 for one in THRESHOLDS.values())
