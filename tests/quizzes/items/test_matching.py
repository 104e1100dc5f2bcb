from types import SimpleNamespace

import pytest

from lms.quizzes.items import TYPES, BadResponse, NoKey, as_form

MATCHING = TYPES["matching"]
STRUCTURE = {
    "id": "gates",
    "type": "matching",
    "stems": ["face", "number", "age"],
    "options": ["identify", "authenticate", "authorise", "register"],
    "correct": {"face": "authenticate", "number": "identify", "age": "authorise"},
}
TEXT = {
    "prompt": "What is done in each scene?",
    "feedback": "A face is compared, a number points, an age permits.",
    "stems": {"face": "A face", "number": "A number", "age": "An age"},
    "options": {
        "identify": "Identify",
        "authenticate": "Authenticate",
        "authorise": "Authorise",
        "register": "Register",
    },
}
RIGHT = STRUCTURE["correct"]


class TestCheck:
    def test_finds_nothing_wrong_with_a_good_item(self):
        assert MATCHING.check(STRUCTURE, TEXT) == []

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"stems": ["face", "number", "age", "age"]}, "stems"),
            ({"options": [*STRUCTURE["options"], "register"]}, "options"),
            ({"correct": {"face": "authenticate", "number": "identify"}}, "correct.age"),
            ({"correct": RIGHT | {"name": "identify"}}, "correct.name"),
            ({"correct": RIGHT | {"age": "forbid"}}, "correct.age"),
            ({"correct": ["identify"]}, "correct"),
            ({"partial": "yes"}, "partial"),
        ],
    )
    def test_names_the_field_of_a_fault_in_the_structure(self, change, field):
        faults = MATCHING.check(STRUCTURE | change, TEXT)

        assert [(fault.part, fault.field) for fault in faults] == [("structure", field)]
        assert all(fault.repair for fault in faults)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"stems": {"face": "A face", "number": "A number"}}, "stems.age"),
            ({"stems": TEXT["stems"] | {"name": "A name"}}, "stems.name"),
            ({"options": TEXT["options"] | {"register": "Identify "}}, "options.register"),
        ],
    )
    def test_names_the_words_that_do_not_fit(self, change, field):
        faults = MATCHING.check(STRUCTURE, TEXT | change)

        assert [(fault.part, fault.field) for fault in faults] == [("text", field)]


class TestParse:
    def test_keeps_what_is_chosen_and_leaves_out_the_rest(self):
        form = {"answer.face": ["identify"], "answer.number": [""], "answer.other": ["x"]}

        assert MATCHING.parse(STRUCTURE, form) == {"face": "identify"}

    def test_reads_its_own_form(self):
        assert MATCHING.parse(STRUCTURE, as_form(RIGHT)) == RIGHT

    @pytest.mark.parametrize("form", [{}, {"answer": ["face"]}, {"answer.face": [" "]}])
    def test_finds_no_answer(self, form):
        assert MATCHING.parse(STRUCTURE, form) is None

    @pytest.mark.parametrize("values", [["forbid"], ["face"], ["identify", "register"]])
    def test_refuses_what_its_lists_cannot_send(self, values):
        with pytest.raises(BadResponse):
            MATCHING.parse(STRUCTURE, {"answer.face": values})


class TestMark:
    @pytest.mark.parametrize(
        ("response", "whole", "partial"),
        [
            (RIGHT, 1.0, 1.0),
            (RIGHT | {"age": "register"}, 0.0, 2 / 3),
            ({"face": "authenticate"}, 0.0, 1 / 3),
            (dict.fromkeys(RIGHT, "identify"), 0.0, 1 / 3),
            ({}, 0.0, 0.0),
            (None, 0.0, 0.0),
            ("identify", 0.0, 0.0),
            (["identify"], 0.0, 0.0),
        ],
    )
    def test_gives_all_or_each_its_share(self, response, whole, partial):
        assert MATCHING.mark(STRUCTURE, response) == whole
        assert MATCHING.mark(STRUCTURE | {"partial": True}, response) == pytest.approx(partial)


class TestCompleteness:
    @pytest.mark.parametrize(
        ("response", "is_complete"), [(RIGHT, True), ({"face": "identify"}, False), (None, False)]
    )
    def test_asks_for_every_part(self, response, is_complete):
        assert MATCHING.is_complete(STRUCTURE, response) is is_complete


class TestDescribe:
    def test_gives_a_line_for_each_part_that_is_answered(self, say):
        words = MATCHING.describe(STRUCTURE, TEXT, {"age": "authorise", "face": "register"})

        assert say(words) == ["A face: Register", "An age: Authorise"]

    def test_says_which_parts_are_right(self, say):
        parts = MATCHING.marked_parts(STRUCTURE, TEXT, {"face": "register", "age": "authorise"})

        assert say(part.words for part in parts) == [
            "A face: Register",
            "A number: not answered",
            "An age: Authorise",
        ]
        assert [part.is_right for part in parts] == [False, False, True]

    def test_escapes_what_an_author_wrote(self, page):
        text = TEXT | {"stems": TEXT["stems"] | {"face": "<b>%(answer)s"}}
        (words,) = MATCHING.describe(STRUCTURE, text, {"face": "identify"})

        html = page("single_choice", SimpleNamespace(options=[("a", words)], response=None))

        assert "&lt;b&gt;%(answer)s: Identify" in html

    def test_knows_what_belongs_to_no_stem(self):
        assert MATCHING.left_over(STRUCTURE, TEXT) == ["Register"]


class TestKey:
    def test_is_the_answer_that_is_given(self):
        new = RIGHT | {"age": "register"}

        corrected = MATCHING.with_key(STRUCTURE, new)

        assert MATCHING.mark(corrected, new) == 1.0
        assert MATCHING.mark(corrected, RIGHT) == 0.0

    def test_needs_every_part(self):
        with pytest.raises(NoKey):
            MATCHING.with_key(STRUCTURE, {"face": "identify"})


class TestPage:
    def test_has_a_list_for_each_stem_and_shows_what_was_chosen(self, page, asked):
        html = page("matching", asked("matching", STRUCTURE, TEXT, {"age": "authorise"}))

        assert html.count("<select") == 3
        assert html.count("selected") == 1
        assert 'name="answer.age"' in html
        assert "Register" in html
