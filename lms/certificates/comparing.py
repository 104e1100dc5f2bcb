"""What a file that somebody was sent says, beside what the register says. Nothing of it is kept."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from cryptography import x509

from lms.lib import numbers, pdf_reading, signing
from lms.lib.distrust import fingerprint_of

MOST_LINES = 60  # of a file, that are looked at where a line of the register is missing
LONGEST_LINE = 300  # characters of a row that are shown
LONGEST_RUN = 3  # lines of a file that may be one line of the register
LONGEST_BESIDE = 2  # times as long as that line, what several of them may be
IN_ITS_PLACE = 0.5  # of 1, for a line that stands where the missing one should
ALIKE = 0.45  # less than that is another line
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
_NUMBER = re.compile(rf"\b[A-Z]{{2}}-\d{{4}}(?:-[{numbers.ALPHABET}]{{4}}){{4}}\b")


@dataclass(frozen=True)
class File:
    """What a file says by itself.

    Attributes:
        verdict: same (byte for byte what was issued), signed (by us, and unchanged), changed (after it was signed),
            unproved (signed with a key that others may have), foreign (not signed by us), or "" where it could not be
            read at all.
        fault: why it could not be read: none (no file was sent) or one of `pdf_reading.Fault`.
        number: of the certificate that it says it is; "" where it says none.
        text: what can be read in it.
        attached: the printed lines by name, as its credential has them.
    """

    verdict: str = ""
    fault: str = ""
    number: str = ""
    text: str = ""
    attached: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """One printed line: as the register has it, as it stands in the file, and as it is attached to it.

    What is empty is not there. ``attached`` is None where the attached file says the same, or is missing.
    """

    line: str
    registered: str
    printed: str
    attached: str | None = None


@dataclass(frozen=True)
class Comparison:
    """Where a file differs from the register, and what else stands in it."""

    differences: tuple[Difference, ...] = ()
    others: tuple[str, ...] = ()


def read(pdf: bytes, roots: Sequence[x509.Certificate], distrusted: Collection[str] = ()) -> File:
    """Read a file of which nothing is known; distrusted are the fingerprints of keys that others may have."""
    if not pdf:
        return File(fault="none")
    verdict = _signed(pdf, roots, distrusted)
    try:
        reading = pdf_reading.read(pdf)
    except pdf_reading.PdfRefused as error:
        return File(verdict=verdict if verdict == "changed" else "", fault=error.fault)
    certificate = _attached(reading.credential)
    printed = _NUMBER.search(reading.text)
    found = printed[0] if printed else certificate["number"]
    return File(
        verdict=verdict,
        number="" if numbers.fault(found) else numbers.normalise(found),
        text=reading.text,
        attached=certificate["lines"],
    )


def _signed(pdf: bytes, roots: Sequence[x509.Certificate], distrusted: Collection[str]) -> str:
    try:
        signer = signing.check(pdf, roots).signer
    except signing.SignatureInvalid as error:
        strangers = {signing.Problem.MISSING, signing.Problem.UNTRUSTED}
        return "foreign" if error.problem in strangers else "changed"
    return "unproved" if fingerprint_of(signer) in distrusted else "signed"


def _attached(credential: str) -> dict[str, Any]:
    """Take number and lines out of an attached credential; it may be anything, or nothing."""
    try:
        certificate = json.loads(credential)["certificate"]
        lines, number = certificate["lines"], certificate["facts"]["number"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {"number": "", "lines": {}}
    is_sound = isinstance(lines, dict) and _is_text(number)
    if not is_sound or not all(map(_is_text, lines.values())):
        return {"number": "", "lines": {}}
    return {"number": number, "lines": lines}


def _is_text(value: object) -> bool:
    """Say whether a page can show it: JSON can also hold half of a pair of surrogates, which is no character."""
    return isinstance(value, str) and not _HALF_A_PAIR.search(value)


def compare(lines: Mapping[str, str], file: File) -> Comparison:
    """Compare a file with the lines of the register, in reading order.

    A line is the same when its letters stand in the file together; how they are broken into rows does not matter.
    """
    attached = {
        name: file.attached.get(name, "")
        for name, line in lines.items()
        if file.attached and line and file.attached.get(name, "") != line
    }
    text, places = _without(lines, unicodedata.normalize("NFC", file.text))
    missing = [name for name, line in lines.items() if line and name not in places]
    instead, others = _paired(lines, missing, places, _rows(text))
    differences = [
        Difference(
            name, line, instead.get(name, "") if name in missing else line, attached.get(name)
        )
        for name, line in lines.items()
        if name in missing or name in attached
    ]
    return Comparison(tuple(differences), tuple(others))


def _without(lines: Mapping[str, str], text: str) -> tuple[str, dict[str, int]]:
    """Take the lines out of a text, the longest first; return what is left, and where each was."""
    places = {}
    for name, line in sorted(lines.items(), key=lambda one: -len(one[1])):
        letters = "".join(unicodedata.normalize("NFC", line).split())
        pattern = r"(?<!\S)" + r"\s*".join(map(re.escape, letters)) + r"(?!\S)"
        if letters and (found := re.search(pattern, text)):
            places[name] = found.start()
            text = text[: found.start()] + "\n" * len(found[0]) + text[found.end() :]
    return text, places


def _rows(text: str) -> list[tuple[int, str]]:
    """Return the rows of a text that are not empty, each with its place."""
    rows = [(row.start(), row[0].strip()[:LONGEST_LINE]) for row in re.finditer(r"[^\n]+", text)]
    return [row for row in rows if row[1]][:MOST_LINES]


def _paired(
    lines: Mapping[str, str],
    missing: Sequence[str],
    places: Mapping[str, int],
    rows: Sequence[tuple[int, str]],
) -> tuple[dict[str, str], list[str]]:
    """Find what stands instead of each missing line: the most alike first, and what stands in its place."""
    runs = [
        (first, first + count)
        for first in range(len(rows))
        for count in range(1, LONGEST_RUN + 1)
        if first + count <= len(rows)
    ]
    scored = []
    for name in missing:
        start, end = _gap(name, list(lines), places)
        for first, last in runs:
            words = " ".join(row for _place, row in rows[first:last])
            if last - first > 1 and len(words) > LONGEST_BESIDE * len(lines[name]):
                continue  # rows together are a line that broke; to look closely at all of these takes seconds
            is_there = start <= rows[first][0] and rows[last - 1][0] <= end
            score = SequenceMatcher(None, lines[name], words, autojunk=False).ratio()
            scored.append((score + IN_ITS_PLACE * is_there, name, first, last, words))
    instead: dict[str, str] = {}
    taken: dict[int, str] = {}  # the rows of a file, by the line that they stand for
    for score, name, first, last, words in sorted(scored, key=lambda one: (-one[0], one[3])):
        if score >= ALIKE and name not in instead and taken.keys().isdisjoint(range(first, last)):
            instead[name] = words
            taken |= dict.fromkeys(range(first, last), name)
    others = []
    for row, (place, words) in enumerate(rows):
        if row in taken:
            continue
        name = taken.get(row - 1, "")
        if name and not any(rows[row - 1][0] < known < place for known in places.values()):
            instead[name] += f" {words}"  # its end, on a row of its own
            taken[row] = name
        else:
            others.append(words)
    return instead, others


def _gap(name: str, order: Sequence[str], places: Mapping[str, int]) -> tuple[int, float]:
    """Return between which places a line should stand: after the one before it, before the next that is there."""
    at = order.index(name)
    before = [places[one] for one in order[:at] if one in places]
    after = [places[one] for one in order[at + 1 :] if one in places]
    return (before[-1] if before else 0), (after[0] if after else float("inf"))
