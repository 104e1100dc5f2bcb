from types import SimpleNamespace

import pytest

from lms.quizzes.items import TYPES, BadResponse, BadResponseReason, Remark

SINGLE = TYPES["single_choice"]
STRUCTURE = {
    "id": "rrn-digits",
    "type": "single_choice",
    "options": ["a", "b", "c"],
    "correct": ["b"],
    "tags": ["registration"],
    "difficulty": 1,
    "fact": "id-6",
    "step": "who-says-so/number-and-card",
}
TEXT = {
    "prompt": "How many digits does the number have?",
    "feedback": "Thirteen: the date of birth, then seven more digits.",
    "options": {"a": "Nine", "b": "Thirteen", "c": "Eleven"},
    "option_feedback": {"a": "Nine would be too short."},
}


def fields(faults):
    return [(fault.part, fault.field) for fault in faults]


class TestCheck:
    def test_finds_nothing_wrong_with_a_good_item(self):
        assert SINGLE.check(STRUCTURE, TEXT) == []

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"correct": []}, "correct"),
            ({"correct": ["a", "b"]}, "correct"),
            ({"correct": ["z"]}, "correct"),
            ({"correct": "b"}, "correct"),
            ({"options": ["a", "b", "c", "a"]}, "options"),
            ({"options": ["b"]}, "options"),
            ({"options": ["a", "b", "C"]}, "options.2"),
            ({"id": "RRN digits"}, "id"),
            ({"difficulty": 4}, "difficulty"),
            ({"step": "number-and-card"}, "step"),
            ({"corect": ["b"]}, "corect"),
        ],
    )
    def test_names_the_field_of_a_faulty_structure(self, change, field):
        faults = SINGLE.check(STRUCTURE | change, TEXT)

        assert fields(faults) == [("structure", field)]
        assert faults[0].what
        assert faults[0].repair

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"prompt": "  "}, "prompt"),
            ({"options": {"a": "Nine", "b": "Thirteen"}}, "options.c"),
            ({"options": TEXT["options"] | {"d": "Sixteen"}}, "options.d"),
            ({"options": TEXT["options"] | {"c": "Nine "}}, "options.c"),
            ({"options": TEXT["options"] | {"c": 11}}, "options.c"),
            ({"option_feedback": {"d": "Why?"}}, "option_feedback.d"),
            ({"unit": "digits"}, "unit"),
        ],
    )
    def test_names_the_field_of_faulty_words(self, change, field):
        assert fields(SINGLE.check(STRUCTURE, TEXT | change)) == [("text", field)]

    def test_names_what_is_missing(self):
        faults = SINGLE.check({"type": "single_choice"}, {})

        assert fields(faults) == [
            ("structure", "id"),
            ("structure", "correct"),
            ("structure", "options"),
            ("text", "prompt"),
            ("text", "feedback"),
            ("text", "options"),
        ]
        assert {fault.repair for fault in faults} == {"Add it."}

    def test_says_how_to_mend_an_option_without_words(self):
        (fault,) = SINGLE.check(STRUCTURE, TEXT | {"options": {"a": "Nine", "b": "Thirteen"}})

        assert fault.what == "This option has no words."
        assert fault.repair == 'Add a line c = "..." to the options of this item.'

    def test_says_which_option_has_the_same_words(self):
        (fault,) = SINGLE.check(STRUCTURE, TEXT | {"options": TEXT["options"] | {"c": "Nine"}})

        assert fault.what == "It says the same as option a."


class TestParse:
    @pytest.mark.parametrize(
        ("values", "response"), [(["b"], "b"), ([], None), ([""], None), (["b", "b"], "b")]
    )
    def test_reads_one_option_or_none(self, values, response):
        assert SINGLE.parse(STRUCTURE, {"answer": values}) == response

    def test_takes_a_form_without_the_field_for_no_answer(self):
        assert SINGLE.parse(STRUCTURE, {"csrf_token": ["x"]}) is None

    @pytest.mark.parametrize(
        ("values", "reason"),
        [
            (["z"], BadResponseReason.UNKNOWN_OPTION),
            (["B"], BadResponseReason.UNKNOWN_OPTION),
            (["a", "z"], BadResponseReason.UNKNOWN_OPTION),
            (["a", "b"], BadResponseReason.SEVERAL_ANSWERS),
        ],
    )
    def test_refuses_what_its_inputs_cannot_send(self, values, reason):
        with pytest.raises(BadResponse) as refused:
            SINGLE.parse(STRUCTURE, {"answer": values})

        assert refused.value.reason is reason


class TestMark:
    @pytest.mark.parametrize(
        ("response", "mark"), [("b", 1.0), ("a", 0.0), (None, 0.0), (["b"], 0.0), (True, 0.0)]
    )
    def test_gives_the_point_for_the_right_option_only(self, response, mark):
        assert SINGLE.mark(STRUCTURE, response) == mark

    def test_passes_over_a_field_of_an_older_version(self):
        assert SINGLE.mark(STRUCTURE | {"weight": 2}, "b") == 1.0


class TestDescribe:
    def test_uses_the_words_of_the_option(self):
        assert SINGLE.describe(STRUCTURE, TEXT, "a") == ["Nine"]
        assert SINGLE.describe_correct(STRUCTURE, TEXT) == ["Thirteen"]

    def test_says_nothing_for_no_answer(self):
        assert SINGLE.describe(STRUCTURE, TEXT, None) == []

    def test_falls_back_to_the_id_of_an_option_that_is_gone(self):
        assert SINGLE.describe(STRUCTURE, TEXT, "q") == ["q"]


class TestFeedback:
    def test_says_why_and_remarks_on_the_option_chosen(self):
        feedback = SINGLE.feedback(STRUCTURE, TEXT, "a")

        assert feedback.why == TEXT["feedback"]
        assert feedback.remarks == (Remark("a", "Nine", "Nine would be too short."),)

    @pytest.mark.parametrize("response", ["b", None])
    def test_keeps_the_remarks_on_other_options_to_itself(self, response):
        assert SINGLE.feedback(STRUCTURE, TEXT, response).remarks == ()


class TestOptions:
    def test_stand_in_the_order_of_the_structure(self):
        assert SINGLE.options(STRUCTURE, TEXT) == [
            ("a", "Nine"),
            ("b", "Thirteen"),
            ("c", "Eleven"),
        ]
        assert SINGLE.is_shuffled


class TestPage:
    def test_shows_the_saved_answer_in_the_order_given(self, page):
        options = [("c", "Eleven"), ("a", "Nine & more")]
        item = SimpleNamespace(options=options, response="a", unit=None, language="en")

        html = page("single_choice", item)

        assert html.index("Eleven") < html.index("Nine &amp; more")
        assert html.count('type="radio"') == html.count('name="answer"') == 2
        assert html.count("checked") == 1
        assert html.index('value="a"') < html.index("checked")
        assert 'for="answer-2"' in html
        assert 'id="answer-2"' in html
        assert '<span lang="en">Nine' in html

    def test_chooses_nothing_for_the_learner(self, page):
        item = SimpleNamespace(options=[("a", "Nine")], response=None, unit=None)

        assert "checked" not in page("single_choice", item)
