from types import SimpleNamespace

import pytest

from lms.quizzes.items import TYPES, BadResponse, NoKey, check
from lms.quizzes.items.submitted import MAX_TEXT_CHARS

REFLECTION = TYPES["reflection"]
STRUCTURE = {"id": "at-home", "type": "reflection"}
TEXT = {
    "prompt": "What would you change first at home?",
    "feedback": "Keep it: the last module comes back to it.",
}


class TestCheck:
    @pytest.mark.parametrize(
        ("structure", "text", "field"),
        [
            ({"correct": ["x"]}, {}, "correct"),
            ({}, {"accepted": ["x"]}, "accepted"),
            ({}, {"prompt": " "}, "prompt"),
        ],
    )
    def test_names_the_field_and_a_repair(self, structure, text, field):
        (fault,) = check(STRUCTURE | structure, TEXT | text)

        assert fault.field == field
        assert fault.repair


class TestParse:
    def test_keeps_the_lines(self):
        form = {"answer": ["First the law.\r\n\r\nThen the system."]}

        assert REFLECTION.parse(STRUCTURE, form) == "First the law.\n\nThen the system."

    @pytest.mark.parametrize("form", [{}, {"answer": [" \r\n "]}])
    def test_takes_blank_lines_for_no_answer(self, form):
        assert REFLECTION.parse(STRUCTURE, form) is None

    def test_refuses_what_is_too_long_and_shows_it_again(self):
        form = {"answer": ["x" * (MAX_TEXT_CHARS + 1)]}

        with pytest.raises(BadResponse):
            REFLECTION.parse(STRUCTURE, form)
        assert REFLECTION.as_typed(form) == form["answer"][0]


class TestMark:
    def test_gives_nothing_for_any_text(self):
        assert not REFLECTION.is_scored
        assert REFLECTION.mark(STRUCTURE, "Something.", [TEXT]) == 0.0
        assert REFLECTION.correct_response(STRUCTURE) is None

    def test_takes_no_key(self):
        with pytest.raises(NoKey):
            REFLECTION.with_key(STRUCTURE, "Something.")


class TestDescribe:
    @pytest.mark.parametrize(("response", "words"), [("a\nb", ["a\nb"]), (None, []), (True, [])])
    def test_says_the_text(self, response, words):
        assert REFLECTION.describe(STRUCTURE, TEXT, response) == words


class TestTemplate:
    def test_shows_the_text_again_unharmed(self, page):
        html = page("reflection", SimpleNamespace(response="<b>\n& more"))

        assert "&lt;b&gt;\n&amp; more</textarea>" in html
        assert f'maxlength="{MAX_TEXT_CHARS}"' in html
