"""People's names: cleaning, checks, a suggestion in Latin letters, order of the parts."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lms.lib.fonts import letter_name

# What may stand between the Latin letters of a name. ʻ and ʼ belong to Uzbek and are letters there.
_BETWEEN_LETTERS = frozenset(" -‐'’‘ʻʼ.,·")

_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
_UZBEK_O_G = re.compile(r"(?<=[OoGg])['’‘`ʼ]")
_UZBEK_TUTUQ = re.compile(r"(?<=\w)['’‘`](?=\w)")

_FIRST_SYLLABLE, _LAST_SYLLABLE = 0xAC00, 0xD7A3
_WORD_EDGES = re.compile(r"([ \-]+)")


def clean_name(text: str, language: str = "") -> str:
    """Return a name as it is stored: NFC, single spaces, nothing invisible.

    In Uzbek (``uz``) the apostrophes of a keyboard become the letters that are meant: ʻ after o and
    g, ʼ elsewhere.
    """
    visible = text if text.isprintable() else "".join(_visible(text))
    name = " ".join(unicodedata.normalize("NFC", visible).split())
    if language == "uz":
        name = _UZBEK_TUTUQ.sub("ʼ", _UZBEK_O_G.sub("ʻ", name))
    return name


def _visible(text: str) -> Iterator[str]:
    for char in text:
        if char.isspace():
            yield " "
        elif unicodedata.category(char) not in _INVISIBLE:
            yield char


def first_not_latin(text: str) -> str | None:
    """Return the first character that a name in Latin letters cannot have, with its Unicode name.

    Look-alikes are told apart: "Аigul" gives "А (CYRILLIC CAPITAL LETTER A)".
    """
    for char in unicodedata.normalize("NFC", text):
        is_letter = unicodedata.name(char, "").startswith("LATIN ")
        if not (is_letter or char in _BETWEEN_LETTERS or unicodedata.combining(char)):
            return letter_name(char)
    return None


def display_name(given: str, family: str, *, family_first: bool = False) -> str:
    """Join the parts of a name in their order; a person may have only one of them."""
    parts = (family, given) if family_first else (given, family)
    return " ".join(part for part in parts if part)


def suggest_latin(text: str, language: str) -> str:
    """Suggest how a passport writes a name in Latin letters.

    Args:
        text: the name in the person's own script.
        language: whose letters they are, such as ``kk``; another script than the language's own is
            read by that script's own table, and Hangul always as Korean.

    Returns:
        A suggestion to be confirmed or corrected, because passports differ by year and office.
        Letters that no table has stay as they are, so `first_not_latin` finds them.
    """
    name = clean_name(text, language)
    rules = _rules(language)
    has_capitals = name != name.lower()
    words = _WORD_EDGES.split(_with_surname_apart(name))
    return "".join(_latin_word(word, rules, capital=not has_capitals) for word in words)


@dataclass(frozen=True)
class _Rules:
    """One language's table of latin.toml, completed by the tables of the other scripts."""

    letters: Mapping[str, str]
    initial: Mapping[str, str]
    after_vowel: Mapping[str, str]
    vowels: str

    def latin(self, piece: str, before: str) -> str | None:
        """Return what one or two letters become; ``before`` is the letter before them, or ""."""
        tables = [self.letters]
        if not before:
            tables.insert(0, self.initial)
        elif before in self.vowels:
            tables.insert(0, self.after_vowel)
        for table in tables:
            for key in (piece, piece.lower()):
                if key in table:
                    return table[key]
        return None


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("latin.toml").read_text(encoding="utf-8"))


@cache
def _rules(language: str) -> _Rules:
    own = _tables().get(language, {})
    letters: dict[str, str] = {}
    for name in ("hy", "ka", "ru", own.get("extends", ""), language):
        letters |= _pairs(name, "letters")
    # Beginnings of words come from Armenian too: Եղիազար begins with Ye in a Russian form as well.
    initial = _pairs("hy", "initial") | _pairs(language, "initial")
    return _Rules(letters, initial, _pairs(language, "after_vowel"), own.get("vowels", ""))


def _pairs(language: str, kind: str) -> dict[str, str]:
    """Read the lines of latin.toml that look like "ж=zh з=z"."""
    pairs = _tables().get(language, {}).get(kind, "").split()
    return dict(pair.split("=") for pair in pairs)


def _latin_word(word: str, rules: _Rules, *, capital: bool) -> str:
    """Write one word in Latin letters, its capitals where the word has them.

    Args:
        word: without spaces and hyphens, or only these.
        rules: of the language.
        capital: the name is in a script without capitals, so the word gets one.
    """
    all_capitals = len(word) > 1 and word.isupper()
    latin = ""
    for source, piece in _pieces(word, rules):
        if all_capitals:
            latin += piece.upper()
        elif source[0] != source[0].lower():
            latin += _capitalised(piece)
        else:
            latin += piece
    return _capitalised(latin) if capital else latin


def _pieces(word: str, rules: _Rules) -> Iterator[tuple[str, str]]:
    """Yield what was read and what it becomes, two letters together where the table has them."""
    place = 0
    while place < len(word):
        before = word[place - 1].lower() if place else ""
        for length in (2, 1):
            source = word[place : place + length]
            latin = rules.latin(source, before)
            if latin is not None:
                break
        yield source, _syllable(source, before) if latin is None else latin
        place += len(source)


def _capitalised(latin: str) -> str:
    return latin[:1].upper() + latin[1:]


def _is_hangul(char: str) -> bool:
    return _FIRST_SYLLABLE <= ord(char) <= _LAST_SYLLABLE


def _syllable(char: str, before: str) -> str:
    """Write one Hangul syllable in Latin letters; any other character stays as it is."""
    if not _is_hangul(char):
        return char
    korean = _tables()["ko"]
    finals = korean["finals"]
    rest, final = divmod(ord(char) - _FIRST_SYLLABLE, len(finals))
    initial, medial = divmod(rest, len(korean["medials"]))
    first = korean["initials"][initial]
    if first == "r" and before and _is_hangul(before):
        # ㄹㄹ is written ll.
        first = "l" if finals[(ord(before) - _FIRST_SYLLABLE) % len(finals)] == "l" else first
    return str(first + korean["medials"][medial] + finals[final])


def _with_surname_apart(name: str) -> str:
    """Set a space after the surname of a Korean name that was written in one word.

    Two syllables are left alone: they are a given name at least as often as a whole name.
    """
    if len(name) < 3 or not all(_is_hangul(char) for char in name):
        return name
    length = 2 if name[:2] in _tables()["ko"]["surnames"] else 1
    return f"{name[:length]} {name[length:]}"
