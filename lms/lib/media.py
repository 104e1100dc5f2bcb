"""What a handed-in file really is. Its name and what the browser says about it prove nothing."""

from __future__ import annotations

import io
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

import puremagic

LONGEST_STEM = 100  # characters of a name before its ending
MOST_ENTRIES = 5_000  # files inside an Office file
MOST_UNPACKED_BYTES = 200_000_000
MOST_READ_BYTES = 500_000  # of the one entry that says what an Office file is
FIRST_KB = 1024  # readers that guess look no further
# Not in a name: controls, marks that turn the reading direction, halves of characters, line separators.
UNWANTED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
PAGE_STARTS = (b"<html", b"<script", b"<svg", b"<!doctype", b"<?php", b"<iframe")
# What an archive raises that is none, has no such entry, is encrypted, or lies about its lengths
BROKEN = (
    zipfile.BadZipFile, zlib.error, KeyError, RuntimeError, OSError, EOFError, ValueError,
    OverflowError, UnicodeError,
)  # fmt: skip
OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True)
class Media:
    """One kind of file that may be handed in."""

    kind: str
    media_type: str
    endings: tuple[str, ...]  # the first one is given to a file that has another


MEDIA = {
    one.kind: one
    for one in (
        Media("pdf", "application/pdf", (".pdf",)),
        Media("docx", OFFICE + "wordprocessingml.document", (".docx",)),
        Media("xlsx", OFFICE + "spreadsheetml.sheet", (".xlsx",)),
        Media("pptx", OFFICE + "presentationml.presentation", (".pptx",)),
        Media("odt", "application/vnd.oasis.opendocument.text", (".odt",)),
        Media("png", "image/png", (".png",)),
        Media("jpeg", "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif")),
    )
}


def media_of(content: bytes) -> Media | None:
    """Find out from its content what a file is; None when it is nothing of ``MEDIA``, or two things at once."""
    endings = _endings(content)
    found = [media for media in MEDIA.values() if not endings.isdisjoint(media.endings)]
    whole = [media for media in found if _is_whole(media.kind, content)]
    return whole[0] if len(whole) == 1 and not _is_page_too(content) else None


def clean_name(name: str, media: Media) -> str:
    """Make a name that every system can keep, with an ending that says what the file is."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    plain = "".join(
        "_" if char in '<>:"|?*' else char for char in name if unicodedata.category(char) not in UNWANTED
    )  # fmt: skip
    path = PurePosixPath(" ".join(plain.split()).strip(". ") or "file")
    if path.suffix.lower() in media.endings:
        return path.stem[:LONGEST_STEM].rstrip() + path.suffix.lower()
    return path.name[:LONGEST_STEM].rstrip() + media.endings[0]


def _endings(content: bytes) -> set[str]:
    try:
        return {found.extension for found in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        return set()  # nothing that is known, or nothing at all


def _is_whole(kind: str, content: bytes) -> bool:
    """Look at both ends, and inside an Office file: a file that is one kind only begins and ends as it."""
    return WHOLE[kind](content)


def _is_pdf(content: bytes) -> bool:
    return (
        content.startswith(b"%PDF-")
        and b"%%EOF" in content[-2 * FIRST_KB :]
        and not _is_zip(content)
    )


def _is_png(content: bytes) -> bool:
    return content.startswith(b"\x89PNG\r\n\x1a\n") and content.endswith(b"IEND\xaeB`\x82")


def _is_jpeg(content: bytes) -> bool:
    is_other = _is_zip(content) or b"%PDF-" in content[:FIRST_KB]
    return content.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in content and not is_other


def _office(word: str) -> Callable[[bytes], bool]:
    main = f'"{OFFICE}{word}.main+xml"'.encode()  # with macros the type is another one
    return lambda content: main in _entry(content, "[Content_Types].xml")


def _is_odt(content: bytes) -> bool:
    return _entry(content, "mimetype").strip() == MEDIA["odt"].media_type.encode()


WHOLE: dict[str, Callable[[bytes], bool]] = {
    "pdf": _is_pdf,
    "png": _is_png,
    "jpeg": _is_jpeg,
    "odt": _is_odt,
    "docx": _office("wordprocessingml.document"),
    "xlsx": _office("spreadsheetml.sheet"),
    "pptx": _office("presentationml.presentation"),
}


def _is_zip(content: bytes) -> bool:
    return zipfile.is_zipfile(io.BytesIO(content))


def _entry(content: bytes, name: str) -> bytes:
    """Read the beginning of one file in an archive. Nothing else of it is unpacked, nothing is written."""
    if not content.startswith(b"PK\x03\x04") or b"%PDF-" in content[:FIRST_KB]:
        return b""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            size = sum(entry.file_size for entry in entries)
            if len(entries) > MOST_ENTRIES or size > MOST_UNPACKED_BYTES or _has_macros(entries):
                return b""
            if archive.getinfo(name).compress_type not in {
                zipfile.ZIP_STORED,
                zipfile.ZIP_DEFLATED,
            }:
                return b""
            with archive.open(name) as entry:
                return entry.read(MOST_READ_BYTES)
    except BROKEN:
        return b""


def _has_macros(entries: list[zipfile.ZipInfo]) -> bool:
    return any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries)


def _is_page_too(content: bytes) -> bool:
    """Whether a browser that guesses could take the file for a page."""
    start = content[:FIRST_KB].lower()
    return any(word in start for word in PAGE_STARTS)
