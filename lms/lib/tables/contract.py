from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

MOST_ROWS = 20_000  # below the headings
MOST_COLUMNS = 50
LONGEST_CELL = 1_000  # characters


class Fault(StrEnum):
    """Why a file cannot be read as a table."""

    EMPTY = "empty"
    NOT_A_TABLE = "not_a_table"
    OLD_EXCEL = "old_excel"  # .xls, or a workbook behind a password: both are the same container
    BROKEN_WORKBOOK = "broken_workbook"
    TOO_LARGE_INSIDE = "too_large_inside"
    ENCODING = "encoding"
    DAMAGED_UTF8 = "damaged_utf8"
    QUOTES = "quotes"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    CELL_TOO_LONG = "cell_too_long"


class TableUnreadable(ValueError):
    """The file as a whole cannot be read; ``row`` and ``byte`` count from 1."""

    def __init__(self, fault: Fault, *, row: int | None = None, byte: int | None = None) -> None:
        super().__init__(fault)
        self.fault, self.row, self.byte = fault, row, byte


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``number`` is what a spreadsheet shows beside it, so empty rows count."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """What was read, and how; rows without any text are left out."""

    header: Row
    rows: list[Row]
    encoding: str  # "" of a workbook
    separator: str  # "" of a workbook


def table_of(rows: Iterable[Row], *, encoding: str = "", separator: str = "") -> Table:
    """Take the first row with text as the headings; refuse what is beyond the limits."""
    filled = _within_limits(rows)
    header = next(filled, None)
    if header is None:
        raise TableUnreadable(Fault.EMPTY)
    return Table(header, list(filled), encoding, separator)


def _within_limits(rows: Iterable[Row]) -> Iterator[Row]:
    count = 0
    for row in rows:
        cells = row.cells
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        if len(cells) > MOST_COLUMNS:
            raise TableUnreadable(Fault.TOO_MANY_COLUMNS, row=row.number)
        if max(map(len, cells)) > LONGEST_CELL:
            raise TableUnreadable(Fault.CELL_TOO_LONG, row=row.number)
        count += 1
        if count > MOST_ROWS + 1:
            raise TableUnreadable(Fault.TOO_MANY_ROWS, row=row.number)
        yield row
