"""From the facts to the page: compared with the fonts and measured first, then drawn."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from lms.certificates.drawing.facts import PrintedFacts
from lms.certificates.drawing.layouts import layout, layouts
from lms.certificates.drawing.lines import languages, printed_lines
from lms.lib import fonts, lattice, pdf
from lms.lib import pictures as scans

_ANY_LAYOUT = "completion"

# Any mask can be read; choosing the best one for each code takes longer than all the rest of it.
_QR_MASK = 2


class LinesTooLong(ValueError):
    """The layout has no room for these lines; their names are in ``lines``."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("No room for " + ", ".join(lines))
        self.lines = tuple(lines)


class LettersMissing(ValueError):
    """No font of the layout has these letters; they are in ``letters``, each once."""

    def __init__(self, letters: Sequence[str]) -> None:
        super().__init__("No font has " + ", ".join(map(fonts.letter_name, letters)))
        self.letters = tuple(letters)


def draw(
    facts: PrintedFacts,
    *,
    pictures: Mapping[str, bytes] | None = None,
    attachments: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return a certificate as PDF; the same facts give the same bytes.

    Args:
        facts: what it says.
        pictures: the PNG of each of its logos, and of the signature, by fingerprint.
        attachments: the files to embed, by name.

    Raises:
        LettersMissing: a letter would be printed as an empty box.
        LinesTooLong: a line does not fit even at its smallest size.
        LookupError: there is no such layout.
        KeyError: the layout has no words in the second language.
    """
    design = layout(facts.layout)
    lines = printed_lines(facts)
    if missing := design.missing_letters(lines):
        raise LettersMissing(missing)
    sizes = design.sizes(lines)
    if overlong := [name for name, size in sizes.items() if not size]:
        raise LinesTooLong(overlong)
    html = design.page.render(
        facts=facts,
        line=lines,
        language=languages(facts),
        size=sizes,
        words=design.settings["phrases"]["en"],
    )
    changing = {
        "panel.svg": lattice.panel(facts.number, **design.settings["panel"]).encode(),
        "qr.svg": _qr_code(facts.verify_url),
        **{f"{sha256}.jpg": scans.for_print(png) for sha256, png in (pictures or {}).items()},
    }
    return pdf.render(html, design.css, assets=design.pictures | changing, attachments=attachments)


def missing_letters_of(facts: PrintedFacts) -> list[str]:
    """Return the letters of all printed text that the layout's fonts do not have, each once."""
    return layout(facts.layout).missing_letters(printed_lines(facts))


def overlong_lines_of(facts: PrintedFacts) -> list[str]:
    """Return the names of the lines that the layout has no room for."""
    sizes = layout(facts.layout).sizes(printed_lines(facts))
    return [name for name, size in sizes.items() if not size]


def second_languages() -> list[str]:
    """Return the languages that every layout has words in; English stands on every certificate."""
    first, *others = (design.settings["phrases"] for design in layouts())
    return [code for code in first if all(code in phrases for phrases in others)]


def faults_of_lines(lines: Mapping[str, str]) -> tuple[list[str], bool]:
    """Return the letters of some lines that a layout cannot print, and whether one has no room for them."""
    letters = {letter: None for design in layouts() for letter in design.missing_letters(lines)}
    return list(letters), not all(all(design.sizes(lines).values()) for design in layouts())


def missing_letters(name: str) -> list[str]:
    """Return the letters of a name that the common fonts do not have, each once."""
    composed = unicodedata.normalize("NFC", name)
    return layout(_ANY_LAYOUT).missing_letters({"name": composed})


def _qr_code(url: str) -> bytes:
    """Return a QR code as SVG, without a margin: the page is white around it.

    It is one path, so that no reader of PDF shows hairlines between its rows.
    """
    import segno

    code = segno.make_qr(url, error="m", boost_error=False, mask=_QR_MASK)
    path = ""
    for y, row in enumerate(code.matrix):
        for x, width in _dark_runs(row):
            path += f"M{x} {y}L{x + width} {y}L{x + width} {y + 1}L{x} {y + 1}Z"
    size = len(code.matrix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}"'
        f' viewBox="0 0 {size} {size}"><path d="{path}" fill="#0f252b"/></svg>'
    ).encode()


def _dark_runs(row: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield where dark modules of a row begin, and how many follow each other."""
    x = 0
    for is_dark, modules in groupby(row):
        width = len(list(modules))
        if is_dark:
            yield x, width
        x += width
