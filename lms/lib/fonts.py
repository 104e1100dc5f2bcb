"""Which letters the installed fonts can print, and how wide.

A PDF shows an empty box for a letter that its fonts do not have, and nobody notices before the
paper is handed over. So the letters are compared with the fonts before anything is printed.
"""

import shutil
import subprocess
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

# Characters that nobody can see or mean, though some fonts list them: controls, among them those
# that turn the direction of the text, halves of a letter, what has no agreed shape, line separators.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

# Lines and words that are measured once: those of a batch are the same but for names and numbers.
WORDS_KEPT = 4096

# Slanted cuts are left out: no layout prints a name in italics.
_UPRIGHT = "0"


class FontsUnknown(RuntimeError):
    """The list of installed fonts cannot be read, or a family that a layout needs is missing."""


def missing_letters(text: str, families: Iterable[str]) -> list[str]:
    """Return the letters of a text that none of the font families has.

    A family has a letter when each of its installed upright files has it, so that a name in bold is
    as safe as one in regular. Line breaks and tabs are not printed and not looked for.

    Args:
        text: as it is printed, already NFC; a combining mark is looked for like a letter.
        families: names as fontconfig knows them; blanks and case do not matter.

    Returns:
        Each missing character once, in the order of the text.

    Raises:
        FontsUnknown: fontconfig is not installed, or does not know one of the families.
    """
    return list(_missing_letters(text, tuple(families)))


@lru_cache(maxsize=WORDS_KEPT)
def _missing_letters(text: str, families: tuple[str, ...]) -> tuple[str, ...]:
    covered = _letters_of_all(families)
    printed = dict.fromkeys(text.replace("\n", "").replace("\t", ""))
    return tuple(
        char
        for char in printed
        if ord(char) not in covered or unicodedata.category(char) in _INVISIBLE
    )


def letter_name(char: str) -> str:
    """Return a character with its Unicode name, for messages: "አ (ETHIOPIC SYLLABLE GLOTTAL A)"."""
    code = f"U+{ord(char):04X}"
    shown = char if char.isprintable() and not unicodedata.combining(char) else ""
    return f"{shown} ({unicodedata.name(char, code)})".lstrip()


def width_em(text: str, families: Iterable[str]) -> float:
    """Return how wide a text is printed at most, as a multiple of its font size.

    Each letter is measured in the first family that has it and in the widest of its upright files;
    kerning is left out. Letters that no family has count nothing.

    Raises:
        FontsUnknown: as `missing_letters`.
    """
    return _width_em(text, tuple(families))


@lru_cache(maxsize=WORDS_KEPT)
def _width_em(text: str, families: tuple[str, ...]) -> float:
    widths = [_widths_of(family) for family in families]
    return sum(
        next((width[ord(char)] for width in widths if ord(char) in width), 0.0) for char in text
    )


@cache
def _letters_of_all(families: tuple[str, ...]) -> frozenset[int]:
    return frozenset[int]().union(*map(_widths_of, families))


@cache
def _widths_of(family: str) -> dict[int, float]:
    """Return the code points that every upright file of a family has, with their width in em."""
    from fontTools.ttLib import TTFont

    files = _files().get(_key(family))
    if not files:
        raise FontsUnknown(f"The font {family!r} is not installed.")
    of_files = []
    for path, number in sorted(files):
        with TTFont(path, fontNumber=number, lazy=True) as font:
            em = font["head"].unitsPerEm
            advances = font["hmtx"].metrics
            of_files.append(
                {code: advances[glyph][0] / em for code, glyph in font.getBestCmap().items()}
            )
    first, *others = of_files
    return {
        code: max(widths[code] for widths in of_files)
        for code in first
        if all(code in widths for widths in others)
    }


@cache
def _files() -> dict[str, set[tuple[Path, int]]]:
    """Return the upright files of each installed family, with the font's number inside its file.

    The list is read once a process: fonts that are installed later need a restart, as they do for
    Pango.
    """
    program = shutil.which("fc-list")
    if program is None:
        raise FontsUnknown("fc-list is not installed; it comes with fontconfig.")
    fields = "%{file}\t%{index}\t%{slant}\t%{family}\n"
    listed = subprocess.run(  # noqa: S603  # no part of the command comes from outside
        [program, "--format", fields], capture_output=True, check=True, text=True, timeout=60
    )
    files: dict[str, set[tuple[Path, int]]] = {}
    for line in listed.stdout.splitlines():
        path, index, slant, families = line.split("\t")
        if slant == _UPRIGHT:
            for family in families.split(","):
                # The upper half of the index names an instance of a variable font.
                files.setdefault(_key(family), set()).add((Path(path), int(index) & 0xFFFF))
    return files


def _key(family: str) -> str:
    """Compare families the way fontconfig does: "Nanum Myeongjo" is "NanumMyeongjo"."""
    return "".join(family.split()).casefold()
