from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.items import MAX_ANSWER_CHARS, TYPES, BadResponse
from lms.quizzes.items.comparing import is_same

SHORT = TYPES["short_text"]
STRUCTURE = {"id": "showing-less", "type": "short_text", "correct": ["selective disclosure"]}
TEXT = {"prompt": "What is it called?", "feedback": "Only what was asked is shown."}
RUSSIAN = TEXT | {"accepted": ["выборочное раскрытие"]}


class TestCheck:
    @pytest.mark.parametrize("text", [TEXT, RUSSIAN])
    def test_finds_nothing_wrong_with_a_good_item(self, text):
        assert SHORT.check(STRUCTURE, text) == []

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"correct": "selective disclosure"}, "correct"),
            ({"correct": []}, "correct"),
            ({"correct": [" "]}, "correct.0"),
            ({"correct": ["a", "«.»"]}, "correct"),
            ({"correct": ["a", "'.'"]}, "correct"),
            ({"tolerance": 1}, "tolerance"),
        ],
    )
    def test_names_the_field_of_a_fault(self, change, field):
        faults = SHORT.check(STRUCTURE | change, TEXT)

        assert [(fault.part, fault.field) for fault in faults] == [("structure", field)]

    def test_wants_answers_that_can_be_compared_in_every_language(self):
        faults = SHORT.check(STRUCTURE, TEXT | {"accepted": ["..."]})

        assert [(fault.part, fault.field) for fault in faults] == [("text", "accepted")]


class TestIsSame:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Once Only", "once only"),
            ("ONCE ONLY.", "once only"),
            ("  once \t only ", "once only"),
            ("once\N{NO-BREAK SPACE}only", "once only"),
            ("«Once only»", "once only"),
            ("„Once only“.", "once only"),
            ('"Once only."', "once only"),
            ("'once only'", "once only"),
            ("‘Once only.’", "once only"),
            ("the 'once' rule", "the ‘once’ rule"),
            ("「원스온리」", "원스온리"),
            ("учёт", "УЧЕТ"),
            ("уче\N{COMBINING DIAERESIS}т", "учет"),
            ("Toʻgʻri", "to'g'ri"),
            ("To‘g‘ri", "toʼgʼri"),
            ("To’g`ri", "to´g′ri"),
            ("ｅ－ＩＤ", "e-id"),
            ("e\N{NON-BREAKING HYPHEN}government", "E-Government"),
            ("e\N{EN DASH}government", "e-government"),
            ("cafe\N{COMBINING ACUTE ACCENT}", "café"),
            ("Straße", "STRASSE"),
            ("ΣΟΦΌΣ", "σοφός"),
            ("Հայաստան։", "հայաստան"),
            ("ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ", "საქართველო"),
            ("电子政务。", "电子政务"),
            ("ƏSAS", "əsas"),
            ("İdarə", "idarə"),
            ("I\N{COMBINING DOT ABOVE}darə", "idarə"),
            ("ILIQ", "ılıq"),
            ("Işıq", "ışıq"),
            ("ID", "id"),
            ("dis\N{SOFT HYPHEN}closure", "disclosure"),
            ("togʻ", "tog'"),
        ],
    )
    def test_passes_what_does_not_distinguish_words(self, one, other):
        assert is_same(one, other)
        assert is_same(other, one)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("ılıq", "iliq"),
            ("qız", "qiz"),
            ("əsas", "esas"),
            ("қала", "кала"),
            ("ғылым", "гылым"),
            ("йод", "иод"),
            ("ҷон", "чон"),
            ("café", "cafe"),
            ("şəhər", "səhər"),
            ("ö", "o"),
            ("togʻ", "tog"),
            ("oʻn", "on"),
            ("once only", "onceonly"),
            ("e-id", "eid"),
            ("1.5", "15"),
            ("a", ""),
        ],
    )
    def test_keeps_letters_apart(self, one, other):
        assert not is_same(one, other)
        assert not is_same(other, one)

    @given(st.text(), st.text())
    def test_is_the_same_from_both_sides(self, one, other):
        assert is_same(one, one)
        assert is_same(one, other) == is_same(other, one)

    @given(st.text())
    def test_ignores_space_quotation_marks_and_a_full_stop_around(self, text):
        assert is_same(f" «{text}». ", text)


class TestParse:
    @pytest.mark.parametrize(
        ("values", "response"),
        [
            (["  Selective\ndisclosure "], "Selective disclosure"),
            (["a\x00b\ud800"], "a b"),
            (["a\N{LINE SEPARATOR}b\N{PARAGRAPH SEPARATOR}c"], "a b c"),
            (["  "], None),
            ([], None),
        ],
    )
    def test_keeps_what_was_typed_on_one_line(self, values, response):
        assert SHORT.parse(STRUCTURE, {"answer": values}) == response

    @pytest.mark.parametrize("values", [["a", "b"], ["a" * (MAX_ANSWER_CHARS + 1)]])
    def test_refuses_what_its_input_cannot_send(self, values):
        with pytest.raises(BadResponse):
            SHORT.parse(STRUCTURE, {"answer": values})


class TestMark:
    @pytest.mark.parametrize(
        ("response", "mark"),
        [
            ("Selective disclosure.", 1.0),
            ("«Выборочное раскрытие»", 1.0),
            ("disclosure", 0.0),
            ("", 0.0),
            (None, 0.0),
            (["selective disclosure"], 0.0),
        ],
    )
    def test_accepts_an_answer_in_any_language_of_the_course(self, response, mark):
        assert SHORT.mark(STRUCTURE, response, [TEXT, RUSSIAN]) == mark

    def test_knows_only_the_structure_without_texts(self):
        assert SHORT.mark(STRUCTURE, "выборочное раскрытие") == 0.0
        assert SHORT.mark(STRUCTURE, SHORT.correct_response(STRUCTURE)) == 1.0


class TestDescribe:
    def test_shows_what_was_typed(self):
        assert SHORT.describe(STRUCTURE, TEXT, " Once") == [" Once"]
        assert SHORT.describe(STRUCTURE, TEXT, None) == []

    @pytest.mark.parametrize(
        ("text", "words"),
        [(TEXT, ["selective disclosure"]), (RUSSIAN, ["выборочное раскрытие"])],
    )
    def test_says_the_right_answer_in_the_language_of_the_text(self, text, words):
        assert SHORT.describe_correct(STRUCTURE, text) == words


class TestFeedback:
    def test_says_why(self):
        assert SHORT.feedback(STRUCTURE, TEXT, "x").why == TEXT["feedback"]


class TestPage:
    def test_keeps_what_was_typed(self, page):
        html = page("short_text", SimpleNamespace(response="<once>", unit=None))

        assert 'value="&lt;once&gt;"' in html
        assert f'maxlength="{MAX_ANSWER_CHARS}"' in html
        assert 'for="answer-1"' in html
        assert 'id="answer-1"' in html
        assert 'aria-describedby="answer-hint"' in html
        assert 'id="answer-hint"' in html
