"""Reading what people save as a table: right whatever the encoding, or a named fault; never anything else."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from lms.lib.sheets import Sheet, as_csv, as_xlsx
from lms.lib.tables import Fault, TableUnreadable, read_table

RUSSIAN = [
    ["E-mail", "Имя", "Фамилия"],
    ["a@b.kz", "Сергей", "Алёхин"],
    ["b@b.kz", "Юлия", "Щербакова"],
]
KAZAKH = [
    ["E-mail", "Аты", "Тегі"],
    ["a@b.kz", "Айгүл", "Сәрсенбаева"],
    ["b@b.kz", "Әсел", "Қожахметқызы"],
]
KYRGYZ = [
    ["E-mail", "Аты", "Фамилиясы"],
    ["a@b.kg", "Гүлнара", "Өмүрбекова"],
    ["b@b.kg", "Нурлан", "Жээнбеков"],
]
OTHERS = [
    ["E-mail", "Name"],
    ["a@b.ge", "ნინო ბერიძე"],
    ["b@b.am", "Անի Սարգսյան"],
    ["c@b.kr", "김민수"],
]


def text_of(rows: list[list[str]], separator: str = ";") -> str:
    return "\r\n".join(separator.join(row) for row in rows) + "\r\n"


def cells(data: bytes) -> list[list[str]]:
    table = read_table(data)
    return [table.header.cells, *(row.cells for row in table.rows)]


def fault_of(data: bytes) -> TableUnreadable:
    with pytest.raises(TableUnreadable) as caught:
        read_table(data)
    return caught.value


def workbook(*rows, **more) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for title in more.get("hidden_first", ()):
        book.create_sheet(title, 0).sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


class TestEncoding:
    @pytest.mark.parametrize("rows", [RUSSIAN, KAZAKH, KYRGYZ, OTHERS])
    @pytest.mark.parametrize(
        ("codec", "mark", "name"),
        [
            ("utf-8", b"", "UTF-8"),
            ("utf-8", b"\xef\xbb\xbf", "UTF-8"),
            ("utf-16-le", b"\xff\xfe", "UTF-16"),
            ("utf-16-be", b"\xfe\xff", "UTF-16"),
            ("utf-16-le", b"", "UTF-16"),
            ("utf-16-be", b"", "UTF-16"),
        ],
    )
    def test_is_found_out(self, rows, codec, mark, name):
        data = mark + text_of(rows).encode(codec)

        assert cells(data) == rows
        assert read_table(data).encoding == name

    def test_finds_windows_1251(self):
        data = text_of(RUSSIAN).encode("cp1251")

        assert cells(data) == RUSSIAN
        assert read_table(data).encoding == "Windows-1251"

    def test_shows_what_excel_made_of_letters_that_windows_1251_lacks(self):
        data = text_of(KAZAKH).encode("cp1251", "replace")

        assert cells(data)[1] == ["a@b.kz", "Айг?л", "С?рсенбаева"]

    @pytest.mark.parametrize(
        ("text", "codec"),
        [
            ("Имя;Фамилия\nИван;Петров\n", "koi8-r"),
            ("Имя;Фамилия\nИван;Петров\n", "cp866"),
            ("이름;성\n민수;김\n서연;박\n", "cp949"),
            ("Name;Ort\nJosé;Zürich\nMüller;Köln\n", "cp1252"),
            ("Аты;Тегі\nАйгүл;Сәрсенбаева\n", "kz1048"),
        ],
    )
    def test_refuses_other_encodings_and_never_guesses(self, text, codec):
        assert fault_of(text.encode(codec)).fault is Fault.ENCODING

    def test_names_row_and_byte_of_damaged_utf8(self):
        good = text_of(KAZAKH).encode()
        place = good.index("Әсел".encode())

        error = fault_of(good[: place + 1] + good[place + 2 :])

        assert error.fault is Fault.DAMAGED_UTF8
        assert (error.row, error.byte) == (3, place + 1)


class TestSeparator:
    @pytest.mark.parametrize("separator", [";", ",", "\t"])
    def test_is_found_out(self, separator):
        data = text_of(KAZAKH, separator).encode()

        assert cells(data) == KAZAKH
        assert read_table(data).separator == separator

    def test_is_not_a_sign_inside_of_values(self):
        data = b'email;post\na@b.kz;"Head, of unit, A"\nb@b.kz;Clerk, B\n'

        assert cells(data)[1:] == [["a@b.kz", "Head, of unit, A"], ["b@b.kz", "Clerk, B"]]

    def test_is_what_the_first_line_says(self):
        assert cells(b"sep=,\r\nemail,a;b\r\n") == [["email", "a;b"]]


class TestRows:
    def test_keep_line_breaks_and_quotes_inside_of_cells(self):
        data = b'email;post\r\na@b.kz;"Head\r\nof ""A"""\r\nb@b.kz;x\r\n'

        assert cells(data)[1] == ["a@b.kz", 'Head\r\nof "A"']

    def test_have_the_numbers_of_a_spreadsheet(self):
        table = read_table(b'email\na@b.kz\n\n"b\n@b.kz"\nc@b.kz\n')

        assert [row.number for row in table.rows] == [2, 4, 5]

    def test_lose_the_apostrophe_that_made_a_formula_harmless(self):
        assert cells(b"email;post\na@b.kz;'=1+1\nb@b.kz;''=1\nc@b.kz;'s-Hertogenbosch\n")[1:] == [
            ["a@b.kz", "=1+1"], ["b@b.kz", "'=1"], ["c@b.kz", "'s-Hertogenbosch"],
        ]  # fmt: skip

    @given(
        st.lists(
            st.lists(
                st.text(st.characters(codec="utf-8", exclude_characters="\0")),
                min_size=2,
                max_size=4,
            ),
            min_size=1,
        )
    )
    def test_come_back_from_the_file_that_we_write(self, rows):
        data = as_csv(Sheet("People", ["email", "name"], rows))

        expected = [list(row) for row in rows]
        for row in expected:
            while row and not row[-1].strip():
                row.pop()
        assert cells(data)[1:] == [row for row in expected if row]


class TestFaults:
    @pytest.mark.parametrize("data", [b"", b"\n\n;;\n", b"\xef\xbb\xbf"])
    def test_names_an_empty_file(self, data):
        assert fault_of(data).fault is Fault.EMPTY

    @pytest.mark.parametrize(
        "data", [b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n\0\0", b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff"]
    )
    def test_names_what_is_no_table(self, data):
        assert fault_of(data).fault in {Fault.NOT_A_TABLE, Fault.ENCODING}

    def test_names_the_row_of_a_lost_quotation_mark(self):
        error = fault_of(b'email;post\na@b.kz;x\nb@b.kz;"y\nc@b.kz;z\n')

        assert (error.fault, error.row) == (Fault.QUOTES, 3)

    def test_names_what_is_too_much(self):
        rows = "email\n" + "a@b.kz\n" * 20_001
        assert (fault_of(rows.encode()).fault, fault_of(rows.encode()).row) == (
            Fault.TOO_MANY_ROWS,
            20_002,
        )
        assert fault_of(b"a;b\n" + b"x;" * 51 + b"x").fault is Fault.TOO_MANY_COLUMNS
        assert fault_of(b"a\n" + b"x" * 1_001).fault is Fault.CELL_TOO_LONG
        assert fault_of(b"a\n" + b"x" * 200_000).fault is Fault.CELL_TOO_LONG


class TestWorkbook:
    def test_reads_texts_numbers_and_dates_as_they_are_typed(self):
        moment = datetime(2026, 11, 25, 9, 30)  # noqa: DTZ001 - a cell has no zone
        data = workbook(["email", "a", "b", "c"], ["a@b.kz", 7.0, date(2026, 11, 25), moment])

        assert cells(data)[1] == ["a@b.kz", "7", "2026-11-25", "2026-11-25 09:30"]

    def test_computes_nothing(self):
        data = workbook(["email", "post"], ["a@b.kz", "=1+1"])

        assert cells(data)[1] == ["a@b.kz"]

    def test_reads_the_first_sheet_that_is_shown(self):
        assert cells(workbook(["email"], ["a@b.kz"], hidden_first=["Lists"]))[1] == ["a@b.kz"]

    def test_reads_the_file_that_we_write(self):
        rows = [["a@b.kz", "=1+1"], ["b@b.kz", "'Әсел"]]

        assert cells(as_xlsx(Sheet("People", ["email", "name"], rows)))[1:] == rows

    def test_names_an_old_workbook(self):
        assert fault_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600).fault is Fault.OLD_EXCEL

    def test_names_an_archive_that_is_none(self):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("hello.txt", "hello")

        assert fault_of(file.getvalue()).fault is Fault.BROKEN_WORKBOOK

    def test_refuses_what_unpacks_to_far_more(self):
        file = io.BytesIO(workbook(["email"]))
        with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/media/nothing.bin", b"\0" * 50_000_000)

        assert fault_of(file.getvalue()).fault is Fault.TOO_LARGE_INSIDE

    @pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
    def test_refuses_entities(self, codec):
        bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><worksheet>&b;</worksheet>'
        source, file = zipfile.ZipFile(io.BytesIO(workbook(["email"]))), io.BytesIO()
        with source, zipfile.ZipFile(file, "w") as archive:
            for part in source.infolist():
                is_sheet = part.filename.endswith("sheet1.xml")
                archive.writestr(part, bomb.encode(codec) if is_sheet else source.read(part))

        assert fault_of(file.getvalue()).fault is Fault.BROKEN_WORKBOOK


SAMPLES = (
    text_of(KAZAKH).encode(),
    text_of(RUSSIAN, ",").encode("cp1251"),
    text_of(KYRGYZ, "\t").encode("utf-16"),
    b'"a@b.kz";"Head\nof ""A"""\n',
    workbook(["email", "name"], ["a@b.kz", "Әсел"]),
)


@st.composite
def damaged(draw) -> bytes:
    """Take a real file, and change, cut out or repeat a few pieces of it."""
    data = bytearray(draw(st.sampled_from(SAMPLES)))
    for _time in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        data[start:end] = draw(
            st.one_of(st.binary(max_size=20), st.just(bytes(data[start:end]) * 2))
        )
    return bytes(data)


class TestAnyBytes:
    @settings(max_examples=2000, deadline=None)
    @given(st.one_of(st.binary(max_size=400), damaged()))
    @example(b"PK\x03\x04")
    @example(b"\xff\xfe\x00")
    @example(b"\xff\xfe\x00\xd8")
    @example(b'"')
    def test_is_a_table_or_a_named_fault(self, data):
        try:
            table = read_table(data)
        except TableUnreadable as error:
            assert error.fault in Fault  # noqa: PT017 - what it raises is one of two good ends
        else:
            assert table.header.cells
            assert all(isinstance(cell, str) for row in table.rows for cell in row.cells)
