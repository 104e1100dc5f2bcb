"""Tables as files for a spreadsheet: rows in, bytes out.

Whatever somebody typed must stay text when the file is opened: a cell that begins like a formula is
one there, and can send away what stands beside it (CSV injection, OWASP; CWE-1236).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Cell: TypeAlias = str | int | float | None
FORMULA = re.compile(r"'*[=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]")  # also in full-width forms
CONTROLS = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # no XML holds them
LONGEST = 32_767  # characters in a cell, by the format


@dataclass(frozen=True)
class Sheet:
    """One table, and what must be known to read it."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    about: Sequence[tuple[str, str]] = field(default=())  # filters and time, each with its name


def as_csv(sheet: Sheet) -> bytes:
    """Write UTF-8 with a byte-order mark and semicolons, every cell in quotes: what Excel reads as it is."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerows([plain(cell) for cell in row] for row in [sheet.header, *sheet.rows])
    return text.getvalue().encode("utf-8-sig", "replace")


def plain(cell: Cell) -> Cell:
    """Put an apostrophe before text that a spreadsheet would take for a formula; numbers stay numbers.

    Text that begins with apostrophes before such a sign gets one more, so that ``bare`` can take it away again.
    """
    if isinstance(cell, str) and FORMULA.match(cell):
        return "'" + cell
    return cell


def bare(text: str) -> str:
    """Take away the apostrophe that ``plain`` has set: what is read is what was written."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def as_xlsx(sheet: Sheet) -> bytes:
    """Write a workbook: the table, and a second sheet that says what it is about. Text is never a formula."""
    from openpyxl import Workbook  # takes a third of a second, and few requests need it

    book = Workbook(write_only=True)
    for title, rows in ((sheet.title, [sheet.header, *sheet.rows]), ("About", sheet.about)):
        page = book.create_sheet(_sheet_title(title))
        page.freeze_panes = "A2" if title == sheet.title else None
        for row in rows:
            page.append(list(_cells(page, row)))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cells(page: Any, row: Iterable[Cell]) -> Iterable[Any]:
    from openpyxl.cell import WriteOnlyCell

    for value in row:
        if isinstance(value, str):
            cell = WriteOnlyCell(page, CONTROLS.sub("\N{REPLACEMENT CHARACTER}", value)[:LONGEST])
            cell.data_type = "s"  # or "=1+1" would be computed
            yield cell
        else:
            yield value


def _sheet_title(title: str) -> str:
    """Cut a title to what the format allows."""
    return re.sub(r"[\\/*?:\[\]\0-\x1f]", " ", title)[:31].strip("' ") or "Table"
