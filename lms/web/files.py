"""Tables as answers: ``?format=csv`` or ``?format=xlsx`` at the address of the page that shows them."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, request, stream_with_context

from lms.errors import NotFound
from lms.lib.sheets import Sheet, as_csv, as_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {"csv": (as_csv, "text/csv; charset=utf-8"), "xlsx": (as_xlsx, XLSX)}


def wanted_format() -> str | None:
    """Return the format of file that was asked for; None for the page itself."""
    found = request.args.get("format")
    if found is not None and found not in FORMATS:
        raise NotFound
    return found


def sheet_answer(sheet: Sheet, file_format: str, name: str) -> Response:
    """Answer with a file to keep.

    Args:
        sheet: the table.
        file_format: one of ``FORMATS``.
        name: of the file, without its ending; Latin letters, digits and hyphens.
    """
    write, media_type = FORMATS[file_format]
    answer = Response(write(sheet), content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{file_format}"'
    return answer


def zip_answer(parts: Iterator[bytes], name: str) -> Response:
    """Send an archive while it is written, under a name of Latin letters without its ending."""
    answer = Response(stream_with_context(parts), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return answer
