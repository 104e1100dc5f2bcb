from types import SimpleNamespace

import pytest

from lms.quizzes.items import TYPES, BadResponse, NoKey, check

LIKERT = TYPES["likert"]
STRUCTURE = {"id": "how-often", "type": "likert", "levels": 4}
TEXT = {
    "prompt": "How often does your office ask for a paper that another office has?",
    "feedback": "Every office that asks once more than it must costs people a day.",
    "labels": ["Never", "Sometimes", "Often", "Always"],
}


class TestCheck:
    @pytest.mark.parametrize(
        ("structure", "text", "field"),
        [
            ({"levels": 1}, {}, "levels"),
            ({"levels": 8}, {}, "levels"),
            ({"levels": "4"}, {}, "levels"),
            ({"correct": ["1"]}, {}, "correct"),
            ({"levels": 5}, {}, "labels"),
            ({}, {"labels": ["Never", "Sometimes", "Often"]}, "labels"),
            ({}, {"labels": ["Never", "Never", "Often", "Always"]}, "labels"),
            ({}, {"labels": ["Never", "Sometimes", "Often", " "]}, "labels.3"),
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
        ("values", "response"), [(["1"], "1"), (["4"], "4"), ([], None), ([""], None)]
    )
    def test_keeps_the_level(self, values, response):
        assert LIKERT.parse(STRUCTURE, {"answer": values}) == response

    @pytest.mark.parametrize("values", [["0"], ["5"], ["Often"], ["1", "2"]])
    def test_refuses_what_no_button_sends(self, values):
        with pytest.raises(BadResponse):
            LIKERT.parse(STRUCTURE, {"answer": values})


class TestMark:
    @pytest.mark.parametrize("response", ["1", "4", None])
    def test_gives_nothing_for_any_level(self, response):
        assert not LIKERT.is_scored
        assert LIKERT.mark(STRUCTURE, response, [TEXT]) == 0.0
        assert LIKERT.correct_response(STRUCTURE) is None

    def test_takes_no_key(self):
        with pytest.raises(NoKey):
            LIKERT.with_key(STRUCTURE, "1")


class TestDescribe:
    @pytest.mark.parametrize(
        ("response", "words"), [("3", ["Often"]), (None, []), ("9", []), (["1"], [])]
    )
    def test_says_the_label(self, response, words):
        assert LIKERT.describe(STRUCTURE, TEXT, response) == words


class TestTemplate:
    def test_keeps_the_order_and_marks_the_choice(self, page):
        options = LIKERT.options(STRUCTURE, TEXT)

        html = page("likert", SimpleNamespace(options=options, response="2"))

        places = [html.index(f">{label}<") for label in TEXT["labels"]]
        assert places == sorted(places)
        assert not LIKERT.is_shuffled
        assert html.count("checked") == 1
        assert "No answer is right or wrong." in html
