from types import SimpleNamespace

import pytest

from lms.quizzes.items import TYPES, BadResponse

MULTIPLE = TYPES["multiple_response"]
STRUCTURE = {
    "id": "limits",
    "type": "multiple_response",
    "options": ["a", "b", "c", "d", "e"],
    "correct": ["e", "b", "d"],
}
PARTIAL = STRUCTURE | {"partial": True}
TEXT = {
    "prompt": "Who runs into a limit?",
    "feedback": "The pupil, the widow and the engineer.",
    "options": {"a": "Clerk", "b": "Pupil", "c": "Baker", "d": "Widow", "e": "Engineer"},
    "option_feedback": {"a": "She meets every condition.", "c": "He may tap a card."},
}


class TestCheck:
    @pytest.mark.parametrize("structure", [STRUCTURE, PARTIAL])
    def test_finds_nothing_wrong_with_a_good_item(self, structure):
        assert MULTIPLE.check(structure, TEXT) == []

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"partial": "yes"}, "partial"),
            ({"partial": 1}, "partial"),
            ({"correct": []}, "correct"),
            ({"correct": ["b", "b"]}, "correct"),
            ({"correct": ["b", "z"]}, "correct"),
        ],
    )
    def test_names_the_field_of_a_fault(self, change, field):
        assert [fault.field for fault in MULTIPLE.check(STRUCTURE | change, TEXT)] == [field]


class TestParse:
    @pytest.mark.parametrize(
        ("values", "response"),
        [(["d", "b"], ["b", "d"]), (["b", "b"], ["b"]), ([], None), ([" "], None)],
    )
    def test_keeps_each_option_once_in_the_order_of_the_item(self, values, response):
        assert MULTIPLE.parse(STRUCTURE, {"answer": values}) == response

    def test_refuses_an_unknown_option(self):
        with pytest.raises(BadResponse, match="unknown_option"):
            MULTIPLE.parse(STRUCTURE, {"answer": ["b", "z"]})


class TestMark:
    @pytest.mark.parametrize(
        ("response", "mark"),
        [
            (["b", "d", "e"], 1.0),
            (["e", "d", "b"], 1.0),
            (["b", "d"], 0.0),
            (["a", "b", "d", "e"], 0.0),
            (["a"], 0.0),
            ([], 0.0),
            (None, 0.0),
            ("b", 0.0),
            (True, 0.0),
        ],
    )
    def test_is_all_or_nothing(self, response, mark):
        assert MULTIPLE.mark(STRUCTURE, response) == mark

    @pytest.mark.parametrize(
        ("response", "mark"),
        [
            (["b", "d", "e"], 1.0),
            (["b", "d"], 2 / 3),
            (["b"], 1 / 3),
            (["b", "d", "e", "a"], 2 / 3),
            (["a", "b", "c", "d", "e"], 1 / 3),
            (["b", "a"], 0.0),
            (["a", "c"], 0.0),
            (None, 0.0),
            ("b", 0.0),
        ],
    )
    def test_takes_wrong_from_right_when_partial(self, response, mark):
        assert MULTIPLE.mark(PARTIAL, response) == mark

    def test_gives_the_whole_mark_for_its_own_answer(self):
        assert MULTIPLE.correct_response(STRUCTURE) == ["b", "d", "e"]
        assert MULTIPLE.mark(PARTIAL, MULTIPLE.correct_response(PARTIAL)) == 1.0


class TestDescribe:
    def test_names_every_option_chosen(self):
        assert MULTIPLE.describe(STRUCTURE, TEXT, ["b", "c"]) == ["Pupil", "Baker"]
        assert MULTIPLE.describe_correct(STRUCTURE, TEXT) == ["Pupil", "Widow", "Engineer"]
        assert MULTIPLE.describe(STRUCTURE, TEXT, None) == []


class TestFeedback:
    def test_remarks_on_the_options_chosen(self):
        feedback = MULTIPLE.feedback(STRUCTURE, TEXT, ["b", "c"])

        assert feedback.why == TEXT["feedback"]
        assert [remark.option_id for remark in feedback.remarks] == ["c"]
        assert feedback.remarks[0].option == "Baker"


class TestPage:
    def test_ticks_what_was_saved(self, page):
        options = [("a", "Clerk"), ("b", "Pupil"), ("c", "Baker")]
        item = SimpleNamespace(options=options, response=["a", "c"], unit=None)

        html = page("multiple_response", item)

        assert html.count('type="checkbox"') == 3
        assert html.count("checked") == 2
        assert html.index('value="b"') < html.rindex("checked")

    def test_ticks_nothing_for_the_learner(self, page):
        item = SimpleNamespace(options=[("a", "Clerk")], response=None, unit=None)

        assert "checked" not in page("multiple_response", item)
