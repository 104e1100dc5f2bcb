from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from lms.lib.sheets import bare
from lms.lib.tables.contract import Fault, Row, Table, TableUnreadable, table_of
from lms.lib.tables.encodings import decode

SEPARATORS = (";", ",", "\t")
SAMPLE_ROWS = 50
SAID = re.compile(r"\"?sep=([;,\t])\"?\r?\n?", re.IGNORECASE)  # Excel's own first line


def read_delimited(data: bytes) -> Table:
    """Read CSV: encoding and separator are found out; line breaks may stand inside of quotes."""
    if data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff")):
        raise TableUnreadable(Fault.NOT_A_TABLE)
    text, encoding = decode(data)
    said = SAID.match(text)
    if said:
        text, separator = text[said.end() :], said[1]
    else:
        separator = _separator(text)
    return table_of(_rows(text, separator), encoding=encoding, separator=separator)


def _rows(text: str, separator: str) -> Iterator[Row]:
    """Yield the records; a record is one row of a spreadsheet, however many lines it has."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            yield Row(number, [bare(cell) for cell in cells])
    except csv.Error as error:
        is_long = "field limit" in str(error)
        fault = Fault.CELL_TOO_LONG if is_long else Fault.QUOTES
        raise TableUnreadable(fault, row=number + 1) from error


def _separator(text: str) -> str:
    """Take the separator that cuts the first rows into the same number of cells, and into most."""
    return max(SEPARATORS, key=lambda one: _evenness(text, one))


def _evenness(text: str, separator: str) -> tuple[bool, float, int]:
    sample = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    widths = []
    try:
        widths = [len(cells) for cells in islice((row for row in sample if row), SAMPLE_ROWS)]
    except csv.Error:
        return (False, 0.0, 0)
    if not widths:
        return (False, 0.0, 0)
    alike = widths.count(widths[0]) / len(widths)
    return (widths[0] > 1, alike, widths[0])
