"""What is in a finished PDF: its text, its looks, its attachments.

The libraries are loaded at the first call; only few pages of the site need them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from io import BytesIO
from threading import Lock
from typing import Any

# PDFium keeps state for the whole process and does not lock it.
_one_at_a_time = Lock()

NOT_READ = frozenset({"qr"})
"""Lines that are described to those who cannot see them, and stand nowhere as text."""

# How PDFium writes the hyphen at the end of a line.
_HYPHEN_AT_THE_END = str.maketrans({"\ufffe": "-", "\x02": "-"})


class PdfUnreadable(ValueError):
    """The bytes are no PDF, or it is broken or locked with a password."""


def text_of(pdf: bytes) -> str:
    """Return the text of all pages, line by line; between lines that stand close there may be no space.

    Raises:
        PdfUnreadable: it cannot be opened.
    """
    with _one_at_a_time:
        document = _opened(pdf)
        try:
            pages = [page.get_textpage().get_text_range() for page in document]
        finally:
            document.close()
    text = "\n".join(pages).translate(_HYPHEN_AT_THE_END)
    return text.replace("\r\n", "\n")


def differences(lines: Mapping[str, str], text: str) -> tuple[list[str], str]:
    """Compare the text of a page with every line that it should have, letter by letter, without the spaces.

    Returns:
        The names of the lines that are missing, and what else stands there.
    """
    rest, missing = _letters(text), []
    # The longest first: a short name may be part of another line.
    for name in sorted(lines.keys() - NOT_READ, key=lambda name: (-len(lines[name]), name)):
        if not lines[name]:
            continue
        before, found, after = rest.partition(_letters(lines[name]))
        if not found:
            missing.append(name)
        rest = f"{before}\n{after}"
    return missing, rest.strip()


def _letters(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def page_picture(pdf: bytes, width: int) -> bytes:
    """Return the first page as PNG, so many pixels wide.

    Raises:
        PdfUnreadable: it cannot be opened.
    """
    with _one_at_a_time:
        document = _opened(pdf)
        try:
            page = document[0]
            bitmap = page.render(scale=width / page.get_width())
            picture = bitmap.to_pil()
        finally:
            document.close()
    png = BytesIO()
    picture.save(png, format="PNG")
    return png.getvalue()


def attachments_of(pdf: bytes) -> dict[str, bytes]:
    """Return the attached files by name.

    Raises:
        PdfUnreadable: it cannot be opened.
    """
    import pikepdf

    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            return {
                name: file.get_file().read_bytes() for name, file in document.attachments.items()
            }
    except pikepdf.PdfError as error:
        raise PdfUnreadable(str(error)) from error


def _opened(pdf: bytes) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise PdfUnreadable(str(error)) from error
