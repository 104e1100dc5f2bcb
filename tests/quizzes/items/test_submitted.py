import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.items import BadResponse, BadResponseReason
from lms.quizzes.items.submitted import MAX_TEXT_CHARS, UNWANTED, typed_text


class TestTypedText:
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("One.\r\nTwo.", "One.\nTwo."),
            ("One.\rTwo.\u2028Three.", "One.\nTwo.\nThree."),
            ("\n\n  One.  \n\nTwo. \n", "One.\n\nTwo."),
            ("- one\n  - two", "- one\n  - two"),
            ("a\tb\x00c", "a b c"),
            (" \r\n\t\x00 ", None),
            ("", None),
        ],
    )
    def test_keeps_the_lines_and_drops_other_controls(self, typed, kept):
        assert typed_text({"answer": [typed]}) == kept

    def test_reads_the_field_it_is_told(self):
        assert typed_text({"answer.why": ["Because."]}, "answer.why") == "Because."
        assert typed_text({"answer.why": ["Because."]}) is None

    def test_counts_a_line_break_as_one_character(self):
        longest = "x\r\n" * (MAX_TEXT_CHARS // 2 - 1) + "xx"

        assert len(typed_text({"answer": [longest]})) == MAX_TEXT_CHARS

    def test_refuses_what_is_too_long(self):
        with pytest.raises(BadResponse) as refused:
            typed_text({"answer": ["x" * (MAX_TEXT_CHARS + 1)]})

        assert refused.value.reason is BadResponseReason.TOO_LONG

    def test_refuses_two_answers(self):
        with pytest.raises(BadResponse) as refused:
            typed_text({"answer": ["one", "two"]})

        assert refused.value.reason is BadResponseReason.SEVERAL_ANSWERS

    @given(st.text())
    def test_never_keeps_what_no_database_can_hold(self, typed):
        kept = typed_text({"answer": [typed]}) or ""

        assert {unicodedata.category(char) for char in kept.replace("\n", "")}.isdisjoint(UNWANTED)
        assert typed_text({"answer": [kept]}) == (kept or None)
