from types import SimpleNamespace

import pytest

from lms.quizzes.items import TYPES, BadResponse

TRUE_FALSE = TYPES["true_false"]
STRUCTURE = {"id": "chip", "type": "true_false", "correct": False}
TEXT = {"prompt": "The chip of 2024 signs in.", "feedback": "Only cards before 2023 have one."}


class TestCheck:
    def test_finds_nothing_wrong_with_a_good_item(self):
        assert TRUE_FALSE.check(STRUCTURE, TEXT) == []

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"correct": "false"}, "correct"),
            ({"correct": 0}, "correct"),
            ({"options": ["true", "false"]}, "options"),
        ],
    )
    def test_names_the_field_of_a_fault(self, change, field):
        assert [fault.field for fault in TRUE_FALSE.check(STRUCTURE | change, TEXT)] == [field]


class TestParse:
    @pytest.mark.parametrize(
        ("values", "response"), [(["true"], True), (["false"], False), ([], None), ([""], None)]
    )
    def test_reads_a_boolean(self, values, response):
        assert TRUE_FALSE.parse(STRUCTURE, {"answer": values}) is response

    @pytest.mark.parametrize("values", [["True"], ["1"], ["true", "false"]])
    def test_refuses_what_its_inputs_cannot_send(self, values):
        with pytest.raises(BadResponse):
            TRUE_FALSE.parse(STRUCTURE, {"answer": values})


class TestMark:
    @pytest.mark.parametrize(
        ("correct", "response", "mark"),
        [
            (False, False, 1.0),
            (False, True, 0.0),
            (True, True, 1.0),
            (True, False, 0.0),
            (False, None, 0.0),
            (False, [], 0.0),
            (True, "true", 0.0),
        ],
    )
    def test_compares_booleans(self, correct, response, mark):
        assert TRUE_FALSE.mark(STRUCTURE | {"correct": correct}, response) == mark


class TestDescribe:
    @pytest.mark.parametrize(
        ("response", "words"), [(True, ["True"]), (False, ["False"]), (None, []), ("true", [])]
    )
    def test_uses_the_words_of_the_interface(self, say, response, words):
        assert say(TRUE_FALSE.describe(STRUCTURE, TEXT, response)) == words

    def test_says_the_right_answer(self, say):
        assert say(TRUE_FALSE.describe_correct(STRUCTURE, TEXT)) == ["False"]


class TestFeedback:
    def test_says_why(self):
        assert TRUE_FALSE.feedback(STRUCTURE, TEXT, True).why == TEXT["feedback"]
        assert TRUE_FALSE.feedback(STRUCTURE, TEXT, True).remarks == ()


class TestPage:
    @pytest.mark.parametrize(
        ("response", "chosen"), [(True, "true"), (False, "false"), (None, None)]
    )
    def test_shows_the_saved_answer(self, page, response, chosen):
        options = TRUE_FALSE.options(STRUCTURE, TEXT)
        item = SimpleNamespace(options=options, response=response, unit=None, language="kk")

        html = page("true_false", item)

        inputs = [part.split(">")[0] for part in html.split("<input")[1:]]
        assert len(inputs) == 2
        checked = [part for part in inputs if "checked" in part]
        assert [f'value="{chosen}"' in part for part in checked] == [True] * (chosen is not None)
        assert "lang=" not in html  # the interface's own words

    def test_is_never_shuffled(self):
        assert not TRUE_FALSE.is_shuffled
        assert [option for option, _ in TRUE_FALSE.options(STRUCTURE, TEXT)] == ["true", "false"]
