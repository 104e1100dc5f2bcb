"""Reads tables that people upload: bytes in, rows of text out, or a named fault. Nothing in them is computed or run."""

from __future__ import annotations

from lms.lib.tables.contract import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    Fault,
    Row,
    Table,
    TableUnreadable,
)
from lms.lib.tables.delimited import read_delimited
from lms.lib.tables.workbooks import is_workbook, read_workbook

__all__ = [
    "LONGEST_CELL",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Fault",
    "Row",
    "Table",
    "TableUnreadable",
    "read_table",
]


def read_table(data: bytes) -> Table:
    """Read a CSV file or an Excel workbook; what it is, its bytes tell and not its name.

    Raises:
        TableUnreadable: with the kind of fault, and the row and byte of it where they are known.
    """
    return read_workbook(data) if is_workbook(data) else read_delimited(data)
