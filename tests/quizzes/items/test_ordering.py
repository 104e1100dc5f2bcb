import re
from dataclasses import replace

import pytest

from lms.courses.models import CourseItem
from lms.quizzes.items import TYPES, BadResponse, NoKey, as_form
from lms.quizzes.queries import Question

ORDERING = TYPES["ordering"]
STRUCTURE = {
    "id": "history",
    "type": "ordering",
    "options": ["card", "law", "hologram", "plastic"],
    "correct": ["law", "card", "plastic", "hologram"],
}
TEXT = {
    "prompt": "In which order did they come?",
    "feedback": "1962, 1968, 1999, 2000.",
    "options": {"law": "Law", "card": "Card", "plastic": "Plastic", "hologram": "Hologram"},
}


def placed(*order: str) -> dict[str, str]:
    return {option: str(place) for place, option in enumerate(order, 1)}


RIGHT = placed("law", "card", "plastic", "hologram")


class TestCheck:
    def test_finds_nothing_wrong_with_a_good_item(self):
        assert ORDERING.check(STRUCTURE, TEXT) == []

    @pytest.mark.parametrize(
        ("change", "fields"),
        [
            ({"correct": ["law", "card", "plastic"]}, ["correct"]),
            ({"correct": ["law", "card", "plastic", "hologram", "law"]}, ["correct"]),
            ({"correct": ["law", "card", "plastic", "paper"]}, ["correct", "correct"]),
            ({"options": ["law", "card"], "correct": ["law", "card"]}, ["options"]),
            ({"options": [*STRUCTURE["options"], "law"]}, ["options"]),
        ],
    )
    def test_names_the_field_of_a_fault(self, change, fields):
        assert [one.field for one in ORDERING.check(STRUCTURE | change, TEXT)] == fields

    def test_misses_words(self):
        (fault,) = ORDERING.check(STRUCTURE, TEXT | {"options": TEXT["options"] | {"law": "Card"}})

        assert fault.field in {"options.law", "options.card"}


class TestParse:
    def test_keeps_places_also_when_two_share_one(self):
        form = {"answer.law": ["1"], "answer.card": ["1"], "answer.plastic": [""]}

        assert ORDERING.parse(STRUCTURE, form) == {"law": "1", "card": "1"}

    def test_reads_its_own_form(self):
        assert ORDERING.parse(STRUCTURE, as_form(RIGHT)) == RIGHT

    @pytest.mark.parametrize("values", [["0"], ["5"], ["first"], ["1", "2"], ["١"]])
    def test_refuses_a_place_that_is_not_there(self, values):
        with pytest.raises(BadResponse):
            ORDERING.parse(STRUCTURE, {"answer.law": values})


class TestMark:
    @pytest.mark.parametrize(
        ("response", "whole", "partial"),
        [
            (RIGHT, 1.0, 1.0),
            (placed("card", "plastic", "hologram", "law"), 0.0, 2 / 3),
            (placed("hologram", "plastic", "card", "law"), 0.0, 0.0),
            (placed("law", "card", "hologram", "plastic"), 0.0, 1 / 3),
            ({"law": "1", "card": "2"}, 0.0, 0.0),
            ({"law": "1", "card": "1", "plastic": "2", "hologram": "3"}, 0.0, 0.0),
            (RIGHT | {"law": 1}, 0.0, 0.0),
            (None, 0.0, 0.0),
            (["law", "card", "plastic", "hologram"], 0.0, 0.0),
        ],
    )
    def test_gives_all_or_each_pair_of_neighbours_its_share(self, response, whole, partial):
        assert ORDERING.mark(STRUCTURE, response) == whole
        assert ORDERING.mark(STRUCTURE | {"partial": True}, response) == pytest.approx(partial)


class TestCompleteness:
    @pytest.mark.parametrize(
        ("response", "is_complete"),
        [
            (RIGHT, True),
            (placed("card", "law", "hologram", "plastic"), True),
            (RIGHT | {"law": "2"}, False),
            ({"law": "1"}, False),
            (None, False),
        ],
    )
    def test_asks_for_a_place_of_its_own_for_each(self, response, is_complete):
        assert ORDERING.is_complete(STRUCTURE, response) is is_complete

    @pytest.mark.parametrize(
        ("response", "is_odd"), [(RIGHT, False), (RIGHT | {"law": "2"}, True), (None, False)]
    )
    def test_says_when_two_share_a_place(self, app_words, response, is_odd):
        warning = app_words(lambda: ORDERING.warning(STRUCTURE, response))

        assert ("Two lines have the same place." in warning) is is_odd


class TestOrder:
    def test_is_never_the_right_one_on_the_page(self):
        item = CourseItem(structure=STRUCTURE, texts={"en": TEXT})
        things = ORDERING.parts(STRUCTURE, TEXT)
        question = Question(
            key="bank/history", number=1, item=item, structure=STRUCTURE, response=None,
            saved_at=None, sequence=0, overtaken=None, is_flagged=False, is_checked=False,
            mark=None, language="en", seed=0, is_shuffled=False,
        )  # fmt: skip

        orders = [
            [one for one, _words in replace(question, seed=seed).in_order(things, is_asked=True)]
            for seed in range(200)
        ]

        assert STRUCTURE["correct"] not in orders
        assert all(sorted(order) == sorted(STRUCTURE["options"]) for order in orders)
        assert len({tuple(order) for order in orders}) == 23  # every order but the right one


class TestDescribe:
    def test_gives_the_lines_by_their_place(self, say):
        words = ORDERING.describe(STRUCTURE, TEXT, {"plastic": "3", "law": "1", "card": "3"})

        assert say(words) == ["1. Law", "3. Card", "3. Plastic"]

    def test_says_of_neighbours_whether_they_follow_one_another(self, say):
        parts = ORDERING.marked_parts(STRUCTURE, TEXT, placed("card", "plastic", "law", "hologram"))

        assert say(part.words for part in parts) == [
            "Card, then Plastic",
            "Plastic, then Law",
            "Law, then Hologram",
        ]
        assert [part.is_right for part in parts] == [True, False, False]

    def test_says_nothing_of_neighbours_without_a_whole_order(self):
        assert ORDERING.marked_parts(STRUCTURE, TEXT, {"law": "1", "card": "2"}) == []


class TestKey:
    def test_is_the_order_that_is_given(self):
        new = placed("card", "law", "plastic", "hologram")

        assert ORDERING.mark(ORDERING.with_key(STRUCTURE, new), new) == 1.0

    @pytest.mark.parametrize("response", [{"law": "1"}, RIGHT | {"law": "2"}, "law"])
    def test_needs_a_whole_order(self, response):
        with pytest.raises(NoKey):
            ORDERING.with_key(STRUCTURE, response)


class TestPage:
    def test_numbers_the_lines_and_leaves_a_place_for_the_script(self, page, asked):
        html = page("ordering", asked("ordering", STRUCTURE, TEXT, {"law": "4"}))

        assert html.count("<select") == 4
        assert html.count("selected") == 1
        assert 'data-moved="{thing}: now {place} of {count}"' in html

    @pytest.mark.parametrize(
        ("response", "order"),
        [
            (RIGHT, ["law", "card", "plastic", "hologram"]),
            (RIGHT | {"law": "4"}, STRUCTURE["options"]),
            (None, STRUCTURE["options"]),
        ],
    )
    def test_shows_a_whole_order_as_it_was_given(self, page, asked, response, order):
        html = page("ordering", asked("ordering", STRUCTURE, TEXT, response))

        assert re.findall(r'name="answer\.(\w+)"', html) == order
