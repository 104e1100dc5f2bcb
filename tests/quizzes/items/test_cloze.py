import re
from types import SimpleNamespace

import pytest

from lms.quizzes.items import TYPES, BadResponse, NoKey, as_form, check

CLOZE = TYPES["cloze"]
YEAR = {"kind": "text", "correct": ["1968"]}
PAPER = {"kind": "choice", "options": ["a", "b", "c"], "correct": "a"}
STRUCTURE = {"id": "card", "type": "cloze", "gaps": {"year": YEAR, "paper": PAPER}}
PARTIAL = STRUCTURE | {"partial": True}
TEXT = {
    "prompt": "How did it begin?",
    "feedback": "In 1968, on coated paper.",
    "body": "Numbers came in [[year]], with\n a card of [[paper]] for everybody.",
    "gaps": {"paper": {"a": "coated paper", "b": "plastic", "c": "steel"}},
    "accepted": {"year": ["nineteen sixty-eight"]},
}
WHOLE = {"year": "1968", "paper": "a"}


def gaps(**changed):
    return {"gaps": STRUCTURE["gaps"] | changed}


class TestCheck:
    @pytest.mark.parametrize(
        ("structure", "text", "field"),
        [
            ({"partial": 1}, {}, "partial"),
            (gaps(year={"kind": "number", "correct": ["1968"]}), {}, "gaps.year"),
            (gaps(year=YEAR | {"correct": []}), {}, "gaps.year.text.correct"),
            (gaps(year=YEAR | {"correct": ["..."]}), {}, "gaps.year.correct"),
            (gaps(year=YEAR | {"options": ["a"]}), {}, "gaps.year.text.options"),
            (gaps(paper=PAPER | {"correct": "d"}), {}, "gaps.paper.correct"),
            (gaps(paper=PAPER | {"options": ["a", "b", "c", "c"]}), {}, "gaps.paper.options"),
            ({}, {"body": "Numbers came on [[paper]]."}, "body"),
            ({}, {"body": "[[year]], [[paper]] and [[year]]"}, "body"),
            ({}, {"body": "[[year]], [[paper]] and [[place]]"}, "body"),
            ({}, {"gaps": {"paper": {"a": "coated paper", "b": "plastic"}}}, "gaps.paper.c"),
            ({}, {"gaps": TEXT["gaps"] | {"place": {"a": "x"}}}, "gaps.place"),
            ({}, {"gaps": TEXT["gaps"] | {"year": {"a": "x"}}}, "gaps.year.a"),
            ({}, {"gaps": {"paper": TEXT["gaps"]["paper"] | {"d": "tin"}}}, "gaps.paper.d"),
            ({}, {"gaps": {"paper": TEXT["gaps"]["paper"] | {"c": "plastic"}}}, "gaps.paper"),
            ({}, {"accepted": {"paper": ["coated"]}}, "accepted.paper"),
            ({}, {"accepted": {"year": ["."]}}, "accepted.year"),
        ],
    )
    def test_names_the_field_and_a_repair(self, structure, text, field):
        (fault,) = check(STRUCTURE | structure, TEXT | text)

        assert fault.field == field
        assert fault.repair

    def test_finds_nothing_wrong_with_a_whole_item(self):
        assert check(STRUCTURE, TEXT) == []


class TestParse:
    @pytest.mark.parametrize(
        ("form", "response"),
        [
            ({"answer.year": [" 1968 "], "answer.paper": ["a"]}, WHOLE),
            ({"answer.year": [""], "answer.paper": ["b"]}, {"paper": "b"}),
            ({"answer.year": ["in\n1968"], "answer.paper": [""]}, {"year": "in 1968"}),
            ({"answer.year": [" "], "answer.paper": [""]}, None),
            ({"answer": ["1968"], "answer.place": ["here"]}, None),
        ],
    )
    def test_keeps_what_stands_in_each_gap(self, form, response):
        assert CLOZE.parse(STRUCTURE, form) == response

    @pytest.mark.parametrize(
        "form",
        [
            {"answer.paper": ["d"]},
            {"answer.paper": ["a", "b"]},
            {"answer.year": ["1968", "1969"]},
            {"answer.year": ["x" * 201]},
        ],
    )
    def test_refuses_what_no_gap_sends_and_shows_it_again(self, form):
        with pytest.raises(BadResponse):
            CLOZE.parse(STRUCTURE, form)

        ((field, values),) = form.items()
        assert CLOZE.as_typed(form | {"other": ["x"]}) == {field[7:]: values[0]}

    @pytest.mark.parametrize(
        ("response", "complete"), [(WHOLE, True), ({"year": "1968"}, False), (None, False)]
    )
    def test_is_complete_with_every_gap(self, response, complete):
        assert CLOZE.is_complete(STRUCTURE, response) is complete


class TestMark:
    @pytest.mark.parametrize(
        ("response", "whole", "partial"),
        [
            (WHOLE, 1.0, 1.0),
            ({"year": " １９６８.", "paper": "a"}, 1.0, 1.0),
            ({"year": "Nineteen Sixty-Eight", "paper": "a"}, 1.0, 1.0),
            ({"year": "1969", "paper": "a"}, 0.0, 0.5),
            ({"paper": "a"}, 0.0, 0.5),
            ({"year": "1968", "paper": "b"}, 0.0, 0.5),
            ({"year": "1969", "paper": "b"}, 0.0, 0.0),
            ({"year": ["1968"], "paper": True}, 0.0, 0.0),
            ("1968", 0.0, 0.0),
            (None, 0.0, 0.0),
        ],
    )
    def test_counts_the_gaps(self, response, whole, partial):
        assert CLOZE.mark(STRUCTURE, response, [TEXT]) == whole
        assert CLOZE.mark(PARTIAL, response, [TEXT]) == partial

    def test_compares_as_a_short_text_does(self):
        structure = STRUCTURE | gaps(year=YEAR | {"correct": ["oʻzbek"]})

        assert CLOZE.mark(structure, {"year": "O'zbek", "paper": "a"}, [TEXT]) == 1.0
        assert CLOZE.mark(structure, {"year": "özbek", "paper": "a"}, [TEXT]) == 0.0


class TestWithKey:
    def test_makes_the_response_right_and_keeps_what_was(self):
        changed = CLOZE.with_key(STRUCTURE, {"year": "in 1968", "paper": "b"})

        assert CLOZE.mark(changed, {"year": "in 1968", "paper": "b"}) == 1.0
        assert CLOZE.mark(changed, {"year": "1968", "paper": "b"}) == 1.0
        assert CLOZE.mark(changed, WHOLE) == 0.0
        assert check(changed, TEXT) == []

    def test_leaves_other_gaps_alone(self):
        changed = CLOZE.with_key(STRUCTURE, {"year": "1968."})

        assert changed["gaps"] == STRUCTURE["gaps"]

    @pytest.mark.parametrize("response", ["a", {}, {"place": "a"}, {"paper": "d"}])
    def test_takes_no_response_of_another_item(self, response):
        with pytest.raises(NoKey):
            CLOZE.with_key(STRUCTURE, response)


class TestDescribe:
    @pytest.mark.parametrize(
        ("response", "words"),
        [
            (WHOLE, ["Numbers came in [1968], with a card of [coated paper] for everybody."]),
            ({"paper": "b"}, ["Numbers came in […], with a card of [plastic] for everybody."]),
            ({"year": "1\n9"}, ["Numbers came in [1 9], with a card of […] for everybody."]),
            ({}, []),
            (None, []),
            ("1968", []),
        ],
    )
    def test_fills_the_passage(self, response, words):
        assert CLOZE.describe(STRUCTURE, TEXT, response) == words

    def test_prefers_what_is_right_in_this_language(self):
        (words,) = CLOZE.describe_correct(STRUCTURE, TEXT)

        assert "[nineteen sixty-eight]" in words
        assert "[coated paper]" in words

    def test_shows_instructors_everything_that_is_right(self):
        (words,) = CLOZE.describe_key(STRUCTURE, TEXT)

        assert "[1968 / nineteen sixty-eight], with a card of [coated paper] for" in words

    def test_says_of_each_gap_whether_it_is_right(self):
        response = {"year": "Nineteen sixty-eight", "paper": "c"}

        parts = CLOZE.marked_parts(STRUCTURE, TEXT, response, [TEXT])

        assert [(part.words, part.is_right) for part in parts] == [
            ("Numbers came in [Nineteen sixty-eight], with a card of", True),
            ("with a card of [steel] for everybody.", False),
        ]

    def test_shows_an_open_gap_as_one(self):
        _year, paper = CLOZE.marked_parts(STRUCTURE, TEXT, {"year": "1968"})

        assert (paper.words, paper.is_right) == ("with a card of […] for everybody.", False)

    def test_can_be_sent_again(self):
        assert CLOZE.parse(STRUCTURE, as_form(CLOZE.correct_response(STRUCTURE))) == WHOLE


class TestTemplate:
    def item(self, response, **changed):
        return SimpleNamespace(
            type=CLOZE, structure=STRUCTURE, text=TEXT | changed, response=response,
            in_order=reversed,
        )  # fmt: skip

    def test_names_each_gap_by_the_words_around_it(self, page):
        html = page("cloze", self.item(None))

        assert 'aria-label="Gap 1: Numbers came in …, with a card of"' in html
        assert 'aria-label="Gap 2: with a card of … for everybody."' in html

    def test_shows_what_was_given_unharmed(self, page):
        body = "<i>Numbers</i> came in [[year]] on [[paper]]."

        html = page("cloze", self.item({"year": '"><b>', "paper": "b"}, body=body))

        assert 'value="&#34;&gt;&lt;b&gt;"' in html
        assert "&lt;i&gt;Numbers" in html
        assert "<i>" not in html
        assert re.search(r'<option value="b"\s+selected>plastic</option>', html)
        assert html.count("selected") == 1

    def test_offers_the_choices_in_the_attempts_order(self, page):
        html = page("cloze", self.item(None))

        assert re.findall(r'<option value="(\w)"', html) == ["c", "b", "a"]

    def test_says_nothing_of_the_key(self, page):
        html = page("cloze", self.item(None))

        assert "1968" not in html
        assert "sixty" not in html
        assert "selected" not in html
