from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from lms.lib.tables.contract import MOST_COLUMNS, Fault, Row, Table, TableUnreadable, table_of

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MOST_PARTS = 500
MOST_BYTES = 40_000_000  # unpacked; 20,000 rows of 12 columns have about 20 MB
MOST_RATIO = 200  # of unpacked to packed; a sheet of one word all over comes to about 60
CHUNK_BYTES = 1 << 16

# What openpyxl and what stands below it raise at a file that is none, each for its own reason.
BROKEN = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError,
    SyntaxError, TypeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def is_workbook(data: bytes) -> bool:
    return data.startswith((ZIP, OLE))


def read_workbook(data: bytes) -> Table:
    """Read the first visible sheet of a workbook: texts and shown values; macros are never looked at."""
    if data.startswith(OLE):
        raise TableUnreadable(Fault.OLD_EXCEL)
    try:
        _refuse_bombs(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and the like, of which nothing is read
            return table_of(_rows(data))
    except TableUnreadable:
        raise
    except BROKEN as error:
        raise TableUnreadable(Fault.BROKEN_WORKBOOK) from error


def _refuse_bombs(data: bytes) -> None:
    """Refuse what would unpack to far more than it is, and XML that declares entities."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        total = sum(part.file_size for part in parts)  # zipfile never unpacks more than is told
        if len(parts) > MOST_PARTS or total > min(MOST_BYTES, len(data) * MOST_RATIO):
            raise TableUnreadable(Fault.TOO_LARGE_INSIDE)
        for part in parts:
            if not part.filename.lower().endswith(".svg"):  # a picture may have a document type
                _refuse_entities(archive, part)


def _refuse_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """No Office program writes a document type; it is where entities multiply or read files."""
    before = b""
    with archive.open(part) as file:
        while chunk := file.read(CHUNK_BYTES):
            seen = before + chunk.replace(b"\0", b"")  # the same in UTF-16
            if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                raise TableUnreadable(Fault.BROKEN_WORKBOOK)
            before = seen[-16:]


def _rows(data: bytes) -> Iterator[Row]:
    from openpyxl import load_workbook  # takes a third of a second, and few requests need it

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not shown:
            raise TableUnreadable(Fault.EMPTY)
        # One column more than is allowed, so that it is seen; sheets claim up to 16,384.
        rows = shown[0].iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)
        for number, values in enumerate(rows, 1):
            if any(value is not None for value in values):
                yield Row(number, [_text(value) for value in values])
    finally:
        book.close()


def _text(value: Any) -> str:
    """Write a value as a person would have typed it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date | time) else str(value)
