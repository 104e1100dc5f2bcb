from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.rules import (
    BankItem,
    BankTooSmall,
    Draw,
    Result,
    draw,
    is_pass,
    order_options,
    points_needed,
    result,
    score,
)

PRIVACY, LAW = frozenset({"privacy"}), frozenset({"law"})
BANK = [BankItem(f"item-{number}", "final") for number in range(10)]

tags = st.frozensets(st.sampled_from(["privacy", "law", "card"]), max_size=2)
difficulties = st.one_of(st.none(), st.sampled_from([1, 2, 3]))
banks = st.lists(
    st.builds(
        BankItem,
        id=st.integers(0, 99).map(str),
        bank=st.sampled_from(["one", "two"]),
        tags=tags,
        difficulty=difficulties,
    ),
    max_size=20,
    unique_by=lambda item: item.id,
)
draws = st.lists(
    st.builds(
        Draw,
        bank=st.sampled_from(["one", "two"]),
        count=st.integers(1, 4),
        tags=tags,
        difficulty=difficulties,
    ),
    max_size=4,
)
seeds = st.integers(0, 2**63 - 1)


def drawn(bank_items, wanted, seed):
    try:
        return draw(bank_items, wanted, seed)
    except BankTooSmall:
        return None


class TestDraw:
    def test_is_the_same_for_ever(self):
        # Another result would show other questions in attempts that are already running.
        # Made without Python: printf '20261122\nitem\nitem-9' | sha256sum
        items = draw(BANK, [Draw("final", 4)], 20261122)
        options = order_options("item-1", ["a", "b", "c", "d"], 20261122, shuffle=True)

        assert items == ["item-9", "item-0", "item-2", "item-8"]
        assert options == ["d", "c", "a", "b"]

    @given(seeds, st.randoms(use_true_random=False))
    def test_does_not_depend_on_the_order_of_the_bank(self, seed, random):
        mixed = random.sample(BANK, len(BANK))

        assert draw(mixed, [Draw("final", 4)], seed) == draw(BANK, [Draw("final", 4)], seed)

    def test_gives_every_item_its_turn(self):
        times = Counter(
            item for seed in range(2000) for item in draw(BANK, [Draw("final", 3)], seed)
        )

        assert set(times) == {item.id for item in BANK}
        assert all(500 < count < 700 for count in times.values())  # 600 expected

    @given(banks, draws, seeds)
    def test_fills_every_draw_with_different_items_that_fit(self, bank_items, wanted, seed):
        chosen = drawn(bank_items, wanted, seed)
        if chosen is None:
            return

        by_id = {item.id: item for item in bank_items}
        assert len(set(chosen)) == len(chosen) == sum(one.count for one in wanted)
        for one in wanted:
            part, chosen = chosen[: one.count], chosen[one.count :]
            assert all(one.fits(by_id[item]) for item in part)

    @given(banks, draws, seeds, seeds)
    def test_fails_for_every_seed_or_for_none(self, bank_items, wanted, seed, other):
        assert (drawn(bank_items, wanted, seed) is None) == (
            drawn(bank_items, wanted, other) is None
        )

    @pytest.mark.parametrize("seed", range(20))
    def test_leaves_a_rare_item_to_the_draw_that_needs_it(self, seed):
        bank_items = [*BANK[:2], BankItem("rare", "final", PRIVACY)]

        chosen = draw(bank_items, [Draw("final", 2), Draw("final", 1, PRIVACY)], seed)

        assert sorted(chosen[:2]) == ["item-0", "item-1"]
        assert chosen[2] == "rare"

    @pytest.mark.parametrize("seed", range(20))
    def test_passes_an_item_on_along_a_chain(self, seed):
        bank_items = [
            BankItem("both", "final", PRIVACY | LAW),
            BankItem("law", "final", LAW),
            BankItem("plain", "final"),
        ]
        wanted = [Draw("final", 1), Draw("final", 1, LAW), Draw("final", 1, PRIVACY)]

        assert draw(bank_items, wanted, seed) == ["plain", "law", "both"]

    @pytest.mark.parametrize(
        ("wanted", "fits"),
        [
            (Draw("final", 1), True),
            (Draw("check", 1), False),
            (Draw("final", 1, PRIVACY), True),
            (Draw("final", 1, PRIVACY | LAW), True),
            (Draw("final", 1, frozenset({"card"})), False),
            (Draw("final", 1, PRIVACY | frozenset({"card"})), False),
            (Draw("final", 1, difficulty=2), True),
            (Draw("final", 1, difficulty=3), False),
        ],
    )
    def test_keeps_to_bank_tags_and_difficulty(self, wanted, fits):
        item = BankItem("one", "final", PRIVACY | LAW, 2)

        assert (drawn([item], [wanted], 1) == ["one"]) is fits

    def test_takes_no_unrated_item_for_a_difficulty(self):
        assert drawn(BANK, [Draw("final", 1, difficulty=1)], 1) is None

    def test_says_which_draw_cannot_be_filled(self):
        wanted = [Draw("final", 8), Draw("final", 3)]

        with pytest.raises(BankTooSmall, match="10 items fit") as refused:
            draw(BANK, wanted, 1)

        assert refused.value.draw == wanted[1]
        assert refused.value.fitting == 10

    def test_draws_nothing_for_nothing(self):
        assert draw(BANK, [], 1) == []


class TestOrderOptions:
    @given(seeds)
    def test_keeps_every_option_and_the_order_of_the_visit_before(self, seed):
        options = ["a", "b", "c", "d"]

        ordered = order_options("one", options, seed, shuffle=True)

        assert sorted(ordered) == options
        assert ordered == order_options("one", options, seed, shuffle=True)

    def test_gives_every_order_its_turn(self):
        orders = Counter(
            "".join(order_options("one", ["a", "b", "c"], seed, shuffle=True))
            for seed in range(1200)
        )

        assert len(orders) == 6
        assert all(150 < count < 250 for count in orders.values())  # 200 expected

    def test_differs_between_items(self):
        orders = {
            tuple(order_options(f"item-{number}", ["a", "b", "c", "d"], 1, shuffle=True))
            for number in range(20)
        }

        assert len(orders) > 5

    def test_leaves_the_order_of_the_author(self):
        assert order_options("one", ["c", "a", "b"], 1, shuffle=False) == ["c", "a", "b"]


class TestScore:
    @pytest.mark.parametrize(
        ("points", "marks", "got", "worth"),
        [
            ([1, 1, 1], [1.0, 0.0, 1.0], 2, 3),
            ([1, 1, 1], [1 / 3, 1 / 3, 1 / 3], 1, 3),
            ([1, 1], [2 / 3, 1 / 3], 1, 2),
            ([2, 3], [0.5, 1.0], 4, 5),
            ([0.1, 0.2], [1.0, 1.0], Fraction(3, 10), Fraction(3, 10)),
            ([Decimal("0.1")], [1 / 7], Fraction(1, 70), Fraction(1, 10)),
            ([], [], 0, 0),
        ],
    )
    def test_adds_up_exactly(self, points, marks, got, worth):
        total = score(points, marks)

        assert (total.points_got, total.points_max) == (got, worth)

    @pytest.mark.parametrize(
        ("points", "marks"),
        [([1], [1.1]), ([1], [-0.1]), ([-1], [1.0]), ([1, 1], [1.0]), ([1], [])],
    )
    def test_refuses_what_cannot_be(self, points, marks):
        with pytest.raises(ValueError, match=r"mark|zip"):
            score(points, marks)

    @pytest.mark.parametrize(
        ("marks", "percent", "shown"),
        [
            ([1.0, 1.0, 0.0], Fraction(200, 3), 66),
            ([1.0], 100, 100),
            ([0.0], 0, 0),
            ([1.0] * 6999 + [0.0] * 3001, Fraction(6999, 100), 69),
        ],
    )
    def test_shows_no_more_than_was_earned(self, marks, percent, shown):
        total = score([1] * len(marks), marks)

        assert total.percent == percent
        assert total.shown_percent == shown

    @given(st.lists(st.tuples(st.integers(0, 9), st.floats(0, 1)), max_size=30))
    def test_stays_between_nothing_and_everything(self, pairs):
        total = score([points for points, _ in pairs], [mark for _, mark in pairs])

        assert 0 <= total.points_got <= total.points_max
        assert 0 <= total.percent <= 100


class TestIsPass:
    @pytest.mark.parametrize(
        ("right", "of", "pass_percent", "passed"),
        [
            (7, 10, 70, True),
            (6, 10, 70, False),
            (11, 15, 70, True),
            (10, 15, 70, False),
            (2, 3, 67, False),
            (2, 3, 66.6, True),
            (2, 3, Decimal("66.67"), False),
            (29, 100, 29, True),
            (57, 100, 57, True),
            (3, 3, 100, True),
            (0, 3, 0, True),
            (0, 0, 0, True),
            (0, 0, 60, False),
        ],
    )
    def test_never_rounds(self, right, of, pass_percent, passed):
        total = score([1] * of, [1.0] * right + [0.0] * (of - right))

        assert is_pass(total, pass_percent) is passed

    def test_lets_thirds_make_a_whole(self):
        assert is_pass(score([1, 1, 1], [1 / 3, 1 / 3, 1 / 3]), Decimal(100) / 3) is True
        assert is_pass(score([1] * 10, [1 / 3] * 3 + [1.0] * 6 + [0.0]), 70)

    @given(st.integers(1, 60), st.integers(0, 100), st.data())
    def test_agrees_with_the_points_needed(self, of, pass_percent, data):
        right = data.draw(st.integers(0, of))
        total = score([1] * of, [1.0] * right + [0.0] * (of - right))

        assert is_pass(total, pass_percent) == (right >= points_needed(of, pass_percent))

    def test_needs_half_points_where_there_are_any(self):
        assert points_needed(15, 70) == Fraction(21, 2)


class TestResult:
    @pytest.mark.parametrize(
        ("marks", "was_passed", "expected"),
        [
            ([1, 1, 0], False, Result(200 / 3, is_passed=False)),
            ([1, 1, 1], False, Result(100, is_passed=True)),
            ([1, 1, 1], True, Result(100, is_passed=True)),
            ([1, 1, 0], True, Result(200 / 3, is_passed=True, is_pass_kept=True)),
            ([], True, Result(0, is_passed=True, is_pass_kept=True)),
        ],
    )
    def test_takes_no_pass_away(self, marks, was_passed, expected):
        assert result(marks, 70, was_passed=was_passed) == expected
