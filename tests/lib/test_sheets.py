"""Tables for spreadsheets: what they say, and what they must never do."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from lms.lib.sheets import Sheet, as_csv, as_xlsx

OPENERS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
texts = st.one_of(
    st.text(),
    st.builds(str.__add__, st.sampled_from(OPENERS), st.text(st.characters(codec="utf-8"))),
)


def sheet(*rows, header=("Text", "Number"), about=()) -> Sheet:
    return Sheet("Questions", header, rows, about)


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


class TestAsCsv:
    def test_is_what_excel_opens_as_it_is(self):
        data = as_csv(sheet(["Ғылым; «білім»", 0.5], ['say "x"', None]))

        assert data.startswith(b"\xef\xbb\xbf")
        assert data.decode("utf-8-sig") == (
            '"Text";"Number"\r\n"Ғылым; «білім»";"0.5"\r\n"say ""x""";""\r\n'
        )

    @pytest.mark.parametrize("opener", OPENERS)
    def test_takes_the_power_from_what_looks_like_a_formula(self, opener):
        [_header, [text, _number]] = read_csv(as_csv(sheet([f"{opener}1+1", 1])))

        assert text == f"'{opener}1+1"

    def test_leaves_numbers_below_zero_alone(self):
        [_header, row] = read_csv(as_csv(sheet(["a-b=c", -0.25])))

        assert row == ["a-b=c", "-0.25"]

    @given(texts)
    def test_never_opens_a_cell_of_text_as_a_formula(self, text):
        rows = read_csv(as_csv(sheet([text, 1], header=(text, "Number"))))

        assert all(not row[0].startswith(OPENERS) for row in rows if row)


def read_xlsx(data: bytes, title: str = "Questions"):
    return load_workbook(io.BytesIO(data))[title]


class TestAsXlsx:
    def test_keeps_text_as_text_and_numbers_as_numbers(self):
        page = read_xlsx(as_xlsx(sheet(["=1+1", -0.25], ["Ғылым", None])))

        assert [[cell.value for cell in row] for row in page.rows] == [
            ["Text", "Number"], ["=1+1", -0.25], ["Ғылым", None],
        ]  # fmt: skip
        assert [cell.data_type for cell in page[2]] == ["s", "n"]

    def test_says_on_a_second_sheet_what_it_is_about(self):
        data = as_xlsx(sheet(["a", 1], about=[("Course", "Digital identity"), ("Sorted by", "-r")]))

        about = read_xlsx(data, "About")
        assert [[cell.value for cell in row] for row in about.rows] == [
            ["Course", "Digital identity"], ["Sorted by", "-r"],
        ]  # fmt: skip

    @settings(max_examples=60, deadline=None)
    @given(texts)
    def test_never_makes_a_formula_of_text(self, text):
        page = read_xlsx(as_xlsx(sheet([text, 1], header=(text, "Number"))))

        assert [cell.data_type for cell in page["B"]] == ["s", "n"]
        assert {cell.data_type for cell in page["A"]} <= {"s", "inlineStr"}

    @pytest.mark.parametrize("title", ["A/B: what?", "x" * 60, "'", ""])
    def test_finds_a_title_that_the_format_allows(self, title):
        load_workbook(io.BytesIO(as_xlsx(Sheet(title, ("a",), [("b",)]))))
