"""Which encoding a text is in. Excel writes four of them, and says so only in some."""

from __future__ import annotations

import codecs
import re

from lms.lib.tables.contract import Fault, TableUnreadable

MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
MOST_ODD = 0.1  # of the letters beyond ASCII
MOST_ODD_WORDS = 0.2
COMMON = re.compile(r"[,;\t\r\n@.A-Za-z0-9]")

WORD = re.compile(r"\w+")
LETTERS = "А-Яа-яЁёІіЇїЄєЎўҐґ"  # of Windows-1251, as Russian and its neighbours write with them
PLAIN = re.compile(rf"[\0-\x7f{LETTERS}№«»„“”‘’–—…•§©\xa0]")
# Serbian and Macedonian stand in the same code page; here they are another encoding that was misread.
FOREIGN = re.compile("[ЂђЃѓЉљЊњЌќЋћЏџЈјЅѕ]")
CYRILLIC, LATIN = re.compile(f"[{LETTERS}]"), re.compile("[A-Za-z]")
TURNED_CASE = re.compile("[а-яё][А-ЯЁ]")


def decode(data: bytes) -> tuple[str, str]:
    """Return the text, and the name of the encoding it was found to be in."""
    for mark, codec, name in MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], codec, len(mark)), name
    if b"\0" in data:
        codec = _byte_order(data)
        return _strictly(data, codec, 0), "UTF-16"
    try:
        return data.decode(), "UTF-8"
    except UnicodeDecodeError as error:
        return _windows_1251(data, error), "Windows-1251"


def _strictly(data: bytes, codec: str, offset: int) -> str:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        fault = Fault.DAMAGED_UTF8 if codec == "utf-8" else Fault.ENCODING
        raise _at(fault, data, error.start, offset, codec) from error
    if "\0" in text:
        before = text.partition("\0")[0]
        raise _at(Fault.NOT_A_TABLE, data, len(before.encode(codec)), offset, codec)
    return text


def _at(fault: Fault, data: bytes, place: int, offset: int, codec: str = "utf-8") -> Exception:
    before = data[:place].decode(codec, "replace")
    return TableUnreadable(fault, row=before.count("\n") + 1, byte=place + offset + 1)


def _byte_order(data: bytes) -> str:
    """Find out which half of each pair is the letter: there, separators and Latin letters are seen."""
    seen = {
        codec: len(COMMON.findall(data[: len(data) & ~1].decode(codec, "replace")))
        for codec in ("utf-16-le", "utf-16-be")
    }
    codec = max(seen, key=lambda one: seen[one])
    if not seen[codec] or data.count(b"\0") * 20 < len(data):
        raise _at(Fault.NOT_A_TABLE, data, data.index(b"\0"), 0, "latin-1")
    return codec


def _windows_1251(data: bytes, error: UnicodeDecodeError) -> str:
    """Read what is no UTF-8 as Windows-1251, unless it is damaged UTF-8 or yet another encoding."""
    repaired = data.decode("utf-8", "replace")
    good = sum(letter > "\x7f" and letter != "\ufffd" for letter in repaired)
    if good >= repaired.count("\ufffd"):
        raise _at(Fault.DAMAGED_UTF8, data, error.start, 0) from error
    try:
        text = data.decode("cp1251")
    except UnicodeDecodeError as undefined:
        raise _at(Fault.ENCODING, data, undefined.start, 0, "latin-1") from undefined
    if not is_plausible(text):
        raise _at(Fault.ENCODING, data, error.start, 0, "latin-1") from error
    return text


def is_plausible(text: str) -> bool:
    """Tell whether a text that was read as Windows-1251 looks like one.

    Western, Korean, KOI8 and DOS files decode without an error, too; but then Latin and Cyrillic letters stand in one
    word, capitals inside of words, or signs where letters should be.
    """
    beyond = sum(letter > "\x7f" for letter in text)
    odd = len(PLAIN.sub("", text))
    if FOREIGN.search(text) or odd > beyond * MOST_ODD:
        return False
    words = [word for word in WORD.findall(text) if CYRILLIC.search(word)]
    strange = sum(bool(LATIN.search(word) or TURNED_CASE.search(word)) for word in words)
    return strange <= len(words) * MOST_ODD_WORDS
