from types import SimpleNamespace

import pytest
from flask import Flask
from flask_babel import Babel

from lms.quizzes.items import BadResponse
from lms.quizzes.items.essay import Essay
from lms.quizzes.items.submitted import MAX_TEXT_CHARS

ESSAY = Essay()
STRUCTURE = {"id": "plan", "type": "essay", "rubric": {"clarity": 2}}
TEXT = {
    "prompt": "What would you change?",
    "feedback": "One thing, with a reason.",
    "rubric": {"clarity": {"title": "Clear", "levels": ["No", "Partly", "Clear to everybody"]}},
}


class TestCheck:
    @pytest.mark.parametrize(
        ("structure", "field"),
        [
            ({"min_words": 0}, "min_words"),
            ({"max_words": 3001}, "max_words"),
            ({"min_words": 10, "max_words": 9}, "min_words"),
        ],
    )
    def test_names_what_is_wrong(self, structure, field):
        (fault,) = ESSAY.check(STRUCTURE | structure, TEXT)

        assert fault.field.startswith(field)

    @pytest.mark.parametrize("structure", [{}, {"min_words": 9, "max_words": 9}])
    def test_finds_nothing_in_a_sound_item(self, structure):
        assert ESSAY.check(STRUCTURE | structure, TEXT) == []

    def test_asks_for_a_rubric(self):
        (fault,) = ESSAY.check({"id": "plan", "type": "essay"}, TEXT)

        assert fault.field == "rubric"


class TestParse:
    def test_keeps_lines_and_any_number_of_words(self):
        structure = STRUCTURE | {"max_words": 1}

        assert ESSAY.parse(structure, {"answer": [" One\r\n\r\ntwo "]}) == "One\n\ntwo"

    def test_refuses_more_than_a_column_should_hold(self):
        with pytest.raises(BadResponse):
            ESSAY.parse(STRUCTURE, {"answer": ["a" * (MAX_TEXT_CHARS + 1)]})


class TestWarning:
    @pytest.mark.parametrize(
        ("response", "said"),
        [
            ("one", "Your answer has 1 word; at least 2 are asked for. It is saved all the same."),
            ("one two", ""),
            ("one\ntwo three", ""),
            ("a b c d", "Your answer has 4 words; at most 3 are asked for. It is saved all the same."),
            (None, ""),
            ({"gap": "x"}, ""),
        ],
    )  # fmt: skip
    def test_counts_words(self, response, said):
        app = Flask("page")
        Babel(app)
        with app.test_request_context():
            assert ESSAY.warning(STRUCTURE | {"min_words": 2, "max_words": 3}, response) == said

    def test_asks_for_no_number_unless_the_item_does(self):
        assert ESSAY.warning(STRUCTURE, "word " * 9000) == ""


class TestPage:
    @pytest.mark.parametrize(
        ("structure", "hint"),
        [
            ({"min_words": 50, "max_words": 99}, "Between 50 and 99 words."),
            ({"min_words": 1}, "At least 1 word."),
            ({"max_words": 99}, "At most 99 words."),
            ({}, "Write as much as it takes."),
        ],
    )
    def test_says_how_much_is_asked_for_and_how_it_is_marked(self, page, structure, hint):
        item = SimpleNamespace(structure=STRUCTURE | structure, text=TEXT, response="<b>\nWell")

        html = page("essay", item)

        assert hint in html
        assert "&lt;b&gt;\nWell</textarea>" in html
        assert "Clear to everybody" in html
