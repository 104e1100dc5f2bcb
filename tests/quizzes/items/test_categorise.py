import pytest

from lms.quizzes.items import TYPES, BadResponse, as_form

CATEGORISE = TYPES["categorise"]
STRUCTURE = {
    "id": "places",
    "type": "categorise",
    "options": ["name", "key", "address", "id"],
    "categories": ["phone", "register"],
    "correct": {"name": "phone", "key": "register", "address": "phone", "id": "register"},
}
TEXT = {
    "prompt": "Where does each stand?",
    "feedback": "Keys in the register, people on the phone.",
    "options": {"name": "Name", "key": "Key", "address": "Address", "id": "Identifier"},
    "categories": {"phone": "On the phone", "register": "In the register"},
}
RIGHT = STRUCTURE["correct"]


class TestCheck:
    def test_finds_nothing_wrong_with_a_good_item(self):
        assert CATEGORISE.check(STRUCTURE, TEXT) == []

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"categories": ["phone", "register", "phone"]}, "categories"),
            ({"correct": RIGHT | {"key": "cloud"}}, "correct.key"),
            ({"correct": {one: RIGHT[one] for one in ("name", "key", "id")}}, "correct.address"),
        ],
    )
    def test_names_the_field_of_a_fault(self, change, field):
        assert [one.field for one in CATEGORISE.check(STRUCTURE | change, TEXT)] == [field]

    def test_misses_the_words_of_a_category(self):
        (fault,) = CATEGORISE.check(STRUCTURE, TEXT | {"categories": {"phone": "On the phone"}})

        assert fault.field == "categories.register"


class TestParse:
    def test_puts_any_number_into_a_category(self):
        response = dict.fromkeys(RIGHT, "phone")

        assert CATEGORISE.parse(STRUCTURE, as_form(response)) == response

    def test_refuses_a_category_that_is_not_there(self):
        with pytest.raises(BadResponse):
            CATEGORISE.parse(STRUCTURE, {"answer.name": ["name"]})


class TestMark:
    @pytest.mark.parametrize(
        ("response", "whole", "partial"),
        [
            (RIGHT, 1.0, 1.0),
            (dict.fromkeys(RIGHT, "phone"), 0.0, 0.5),
            ({"name": "phone"}, 0.0, 0.25),
            (None, 0.0, 0.0),
        ],
    )
    def test_gives_all_or_each_its_share(self, response, whole, partial):
        assert CATEGORISE.mark(STRUCTURE, response) == whole
        assert CATEGORISE.mark(STRUCTURE | {"partial": True}, response) == partial


class TestDescribe:
    def test_says_where_each_was_put(self, say):
        words = CATEGORISE.describe(STRUCTURE, TEXT, {"key": "register"})

        assert say(words) == ["Key: In the register"]

    def test_knows_what_is_right_for_nothing(self):
        structure = STRUCTURE | {"categories": ["phone", "register", "chip"]}
        text = TEXT | {"categories": TEXT["categories"] | {"chip": "On the chip"}}

        assert CATEGORISE.left_over(structure, text) == ["On the chip"]
        assert CATEGORISE.left_over(STRUCTURE, TEXT) == []


class TestPage:
    def test_offers_every_category_for_every_line(self, page, asked):
        html = page("categorise", asked("categorise", STRUCTURE, TEXT, {"id": "phone"}))

        assert html.count("<select") == 4
        assert html.count("In the register") == 4
        assert html.count("selected") == 1
