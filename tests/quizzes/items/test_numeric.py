from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.items import MAX_ANSWER_CHARS, TYPES, BadResponse, BadResponseReason
from lms.quizzes.items.numeric import readings

NUMERIC = TYPES["numeric"]
STRUCTURE = {"id": "survey", "type": "numeric", "correct": 2840, "tolerance": 10}
TEXT = {"prompt": "How many people?", "feedback": "28.4 % of 10,000.", "unit": "people"}
RUSSIAN = {"prompt": "Сколько?", "feedback": "28,4 %.", "unit": "чел."}
NNBSP, NBSP, THIN, MINUS = (
    "\N{NARROW NO-BREAK SPACE}",
    "\N{NO-BREAK SPACE}",
    "\N{THIN SPACE}",
    "\N{MINUS SIGN}",
)


def item(correct, tolerance=0, kind="absolute"):
    return STRUCTURE | {"correct": correct, "tolerance": tolerance, "tolerance_kind": kind}


class TestCheck:
    @pytest.mark.parametrize(
        "structure",
        [STRUCTURE, item(2.5), item(-3), item(0, 0.5), item(100, 0.05, "relative")],
    )
    def test_finds_nothing_wrong_with_a_good_item(self, structure):
        assert NUMERIC.check(structure, TEXT) == []

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"correct": "2840"}, "correct"),
            ({"correct": True}, "correct"),
            ({"correct": [2840]}, "correct"),
            ({"correct": float("nan")}, "correct"),
            ({"correct": float("inf")}, "correct"),
            ({"tolerance": -1}, "tolerance"),
            ({"tolerance": "10"}, "tolerance"),
            ({"tolerance_kind": "percent"}, "tolerance_kind"),
            ({"tolerance": 5, "tolerance_kind": "relative"}, "tolerance"),
            ({"tolerance": 1, "tolerance_kind": "relative"}, "tolerance"),
            ({"correct": 0, "tolerance": 0.1, "tolerance_kind": "relative"}, "tolerance_kind"),
            ({"unit": "people"}, "unit"),
        ],
    )
    def test_names_the_field_of_a_fault(self, change, field):
        assert [fault.field for fault in NUMERIC.check(STRUCTURE | change, TEXT)] == [field]

    def test_wants_no_blank_unit(self):
        faults = NUMERIC.check(STRUCTURE, TEXT | {"unit": " "})

        assert [(fault.part, fault.field) for fault in faults] == [("text", "unit")]


class TestReadings:
    @pytest.mark.parametrize(
        ("typed", "numbers"),
        [
            ("5", ["5"]),
            ("005", ["5"]),
            (" 5 ", ["5"]),
            ("5.", ["5"]),
            ("5.50", ["5.5"]),
            ("5,5", ["5.5"]),
            (",5", ["0.5"]),
            (".5", ["0.5"]),
            ("-5", ["-5"]),
            ("- 5", ["-5"]),
            ("+5", ["5"]),
            (f"{MINUS}5,5", ["-5.5"]),
            ("1 234 567", ["1234567"]),
            (f"1{NNBSP}234{NNBSP}567,25", ["1234567.25"]),
            (f"1{NBSP}234", ["1234"]),
            (f"1{THIN}234", ["1234"]),
            ("1,234,567.25", ["1234567.25"]),
            ("1.234.567,25", ["1234567.25"]),
            ("1'234", ["1234"]),
            ("1\u2019234,5", ["1234.5"]),
            ("2,840", ["2.84", "2840"]),
            ("2.840", ["2.84", "2840"]),
            ("0,840", ["0.84"]),
            ("12,34", ["12.34"]),
            ("1234,567", ["1234.567"]),
            ("２８４０", ["2840"]),
            ("２，５", ["2.5"]),
            ("－２．５", ["-2.5"]),
            ("10²", []),
            ("½", []),
            ("٣", []),
            ("1e3", []),
            ("1 2", []),
            ("1 23", []),
            ("1 234 5", []),
            ("1,234,5", []),
            ("1,234,567,8", []),
            ("1.234.567.8", []),
            ("--5", []),
            ("-+5", []),
            ("-", []),
            (",", []),
            (".", []),
            ("", []),
            ("four", []),
            ("5 people", []),
            ("nan", []),
            ("Infinity", []),
        ],
    )
    def test_reads_a_number_as_people_write_it(self, typed, numbers):
        assert readings(typed) == {Decimal(number) for number in numbers}

    @pytest.mark.parametrize(
        ("typed", "units", "numbers"),
        [
            ("28.4%", ["%"], ["28.4"]),
            ("28,4 ％", ["%"], ["28.4"]),
            ("2840 People", ["people"], ["2840"]),
            ("2840 people.", ["people"], ["2840"]),
            ("12 чел", ["чел."], ["12"]),
            ("₩5000", ["₩"], ["5000"]),
            ("5 km2", ["km", "km2"], ["5"]),
            ("5 km", ["m", "km"], ["5"]),
            ("5 apples", ["people"], []),
            ("people", ["people"], []),
            ("5", ["."], ["5"]),
        ],
    )
    def test_passes_over_the_unit_of_the_item(self, typed, units, numbers):
        assert readings(typed, units) == {Decimal(number) for number in numbers}

    @given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12)))
    def test_reads_back_what_python_writes(self, number):
        assert number in readings(f"{number:f}")
        assert number in readings(f"{number:,f}")
        assert number in readings(f"{number:,f}".replace(",", NNBSP).replace(".", ","))

    @given(st.text())
    def test_never_fails(self, typed):
        assert len(readings(typed, ["km", typed])) <= 2


class TestParse:
    @pytest.mark.parametrize(
        ("values", "response"),
        [
            ([" 2 840 "], "2 840"),
            (["four"], "four"),
            (["2\x00840\n"], "2 840"),
            ([], None),
            (["  "], None),
            (["\x00"], None),
        ],
    )
    def test_keeps_what_was_typed(self, values, response):
        assert NUMERIC.parse(STRUCTURE, {"answer": values}) == response

    def test_refuses_more_than_the_input_takes(self):
        longest = "1" * MAX_ANSWER_CHARS

        assert NUMERIC.parse(STRUCTURE, {"answer": [longest]}) == longest
        with pytest.raises(BadResponse) as refused:
            NUMERIC.parse(STRUCTURE, {"answer": [longest + "1"]})
        assert refused.value.reason is BadResponseReason.TOO_LONG

    def test_refuses_two_answers(self):
        with pytest.raises(BadResponse, match="several_answers"):
            NUMERIC.parse(STRUCTURE, {"answer": ["1", "2"]})


class TestMark:
    @pytest.mark.parametrize(
        ("structure", "response", "mark"),
        [
            (item(2840, 10), "2840", 1.0),
            (item(2840, 10), "2,840", 1.0),
            (item(2840, 10), "2 840", 1.0),
            (item(2840, 10), "2850", 1.0),
            (item(2840, 10), "2830", 1.0),
            (item(2840, 10), "2850.000000000000000000000000000000001", 0.0),
            (item(2840, 10), "2829.99", 0.0),
            (item(2.84), "2,840", 1.0),
            (item(0.3), "0,3", 1.0),
            (item(0.1, 0.2), "0.3", 1.0),
            (item(0.1, 0.2), "0.30000000000000004", 0.0),
            (item(-2.5, 0.5), "-3", 1.0),
            (item(-2.5, 0.5), "2.5", 0.0),
            (item(200, 0.05, "relative"), "190", 1.0),
            (item(200, 0.05, "relative"), "210", 1.0),
            (item(200, 0.05, "relative"), "210,01", 0.0),
            (item(-200, 0.05, "relative"), "-210", 1.0),
            (item(51_000_000), "51 000 000", 1.0),
            (item(4), "four", 0.0),
            (item(0, 1), "", 0.0),
            (item(4), None, 0.0),
            (item(1), True, 0.0),
            (item(4), ["4"], 0.0),
        ],
    )
    def test_includes_both_ends_exactly(self, structure, response, mark):
        assert NUMERIC.mark(structure, response) == mark

    @pytest.mark.parametrize(("response", "mark"), [("5", 1.0), ("5.1", 0.0), ("4.9", 0.0)])
    def test_tolerates_nothing_unless_told(self, response, mark):
        assert NUMERIC.mark({"id": "one", "type": "numeric", "correct": 5}, response) == mark

    @pytest.mark.parametrize("typed", ["2840 people", "2840 чел."])
    def test_knows_the_unit_in_every_language(self, typed):
        assert NUMERIC.mark(STRUCTURE, typed, [TEXT, RUSSIAN]) == 1.0
        assert NUMERIC.mark(STRUCTURE, typed) == 0.0

    def test_gives_the_whole_mark_for_its_own_answer(self):
        assert NUMERIC.correct_response(item(1e-7)) == "0.0000001"
        assert NUMERIC.mark(item(1e-7), NUMERIC.correct_response(item(1e-7))) == 1.0


class TestDescribe:
    @pytest.mark.parametrize(
        ("response", "words"),
        [
            ("2 840", [f"2 840{NBSP}people"]),
            ("2840 People", ["2840 People"]),
            ("four", [f"four{NBSP}people"]),
            (None, []),
        ],
    )
    def test_shows_what_was_typed_with_the_unit(self, response, words):
        assert NUMERIC.describe(STRUCTURE, TEXT, response) == words

    def test_needs_no_unit(self):
        assert NUMERIC.describe(STRUCTURE, {**TEXT, "unit": None}, "5") == ["5"]

    @pytest.mark.parametrize(
        ("correct", "language", "words"),
        [
            (2840, "en", f"2840{NBSP}people"),
            (9999, "en", f"9999{NBSP}people"),
            (10_000, "en", f"10,000{NBSP}people"),
            (51_000_000, "en", f"51,000,000{NBSP}people"),
            (51_000_000, "ru", f"51{NBSP}000{NBSP}000{NBSP}people"),
            (0.00005, "ru", f"0,00005{NBSP}people"),
            (-12500.5, "ko", f"-12,500.5{NBSP}people"),
        ],
    )
    def test_writes_the_right_number_as_the_reader_does(self, say, correct, language, words):
        assert say(NUMERIC.describe_correct(item(correct), TEXT), language) == [words]

    def test_escapes_what_an_author_wrote(self, page):
        (words,) = NUMERIC.describe_correct(STRUCTURE, TEXT | {"unit": "<b>"})

        html = page("single_choice", SimpleNamespace(options=[("a", words)], response=None))

        assert "&lt;b&gt;" in html


class TestFeedback:
    def test_says_why(self):
        assert NUMERIC.feedback(STRUCTURE, TEXT, "5").why == TEXT["feedback"]


class TestPage:
    def test_keeps_what_was_typed(self, page):
        html = page("numeric", SimpleNamespace(response='2"840', unit="people", language="en"))

        assert 'value="2&#34;840"' in html
        assert 'aria-describedby="answer-hint"' in html
        assert f'maxlength="{MAX_ANSWER_CHARS}"' in html
        assert "aria-invalid" not in html
        assert 'lang="en">(people)' in html

    def test_points_to_the_error_of_the_page(self, page):
        html = page("numeric", SimpleNamespace(response=None, unit=None), error="Too long")

        assert 'aria-invalid="true"' in html
        assert 'aria-describedby="answer-hint answer-error"' in html
        assert 'value=""' in html
