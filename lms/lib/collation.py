"""The order of names in ten languages, as keys that any database sorts in the same way.

A key is a text of digits, so no collation of the server can change its order. It is computed when a name is
written; a list then sorts by an index.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

LONGEST_KEY = 400  # characters; what the column of the keys holds
_WEIGHT_DIGITS = 3
_LONGEST_PRIMARY = 300  # characters of a key: a hundred letters decide where a name stands

_END, _SPACE, _FIRST_DIGIT = 1, 2, 3
_FIRST_LETTER = 20
_IGNORED = frozenset("'’‘`ʻʼ.,·ʹ")
_AFTER_O_G = frozenset("'’‘`ʼ")
_MARKS = "\u0300\u0301\u0302\u0303\u0308\u030a\u030c\u0327"  # the rarer ones count alike
_JAMO = (
    *(chr(0x1100 + number) for number in range(19)),  # initials
    *(chr(0x1161 + number) for number in range(21)),  # vowels
    *(chr(0x11A8 + number) for number in range(27)),  # finals: behind, so 가나 is before 각
)


def sort_key(parts: Sequence[str], language: str) -> str:
    """Return where a name stands in a list that is read in ``language``.

    Args:
        parts: what to sort by first, then what to sort by next: surname, given name.
        language: a code of alphabets.toml; of another one the English order is taken.

    Returns:
        Digits to be compared as text: letters first, accents and marks only where the letters are alike.
    """
    written = [_written(part, language) for part in parts]
    primary = "".join(weights for weights, _marks in written)[:_LONGEST_PRIMARY]
    marks = "".join(marks for _weights, marks in written).rstrip("0")
    return f"{primary}000{marks}"[:LONGEST_KEY]


@lru_cache(maxsize=4096)  # a list of people has the same names again and again
def _written(part: str, language: str) -> tuple[str, str]:
    """Return the weights of a part of a name in digits, and its marks; the end of the part counts, too."""
    alphabet = _alphabet(language)
    written = [alphabet.digits[unit] for unit in _units(_letters(part, language), alphabet)]
    weights, marks = zip(*written, _DIGITS_OF_END, strict=True)
    return "".join(weights), "".join(marks)


def _in_digits(weights: Iterable[tuple[int, int]]) -> tuple[str, str]:
    """Write weights and marks as they stand in a key."""
    numbers = list(weights)
    return (
        "".join(f"{weight:0{_WEIGHT_DIGITS}d}" for weight, _mark in numbers),
        "".join(str(mark) for _weight, mark in numbers),
    )


_DIGITS_OF_END = _in_digits([(_END, 0)])


def scripts_of(language: str) -> frozenset[str]:
    """Return the scripts (ISO 15924) that whoever reads ``language`` reads names in."""
    facts = _table()["languages"].get(language, {})
    return frozenset({facts.get("script", "Latn")})


def script_of(text: str) -> str:
    """Return the script of a name's first letter (ISO 15924), or ``""`` where nobody here writes it."""
    for letter in text:
        name = unicodedata.name(letter, "")
        for word, script in _SCRIPT_WORDS.items():
            if name.startswith(word):
                return script
    return ""


_SCRIPT_WORDS = {
    "LATIN": "Latn",
    "CYRILLIC": "Cyrl",
    "GEORGIAN": "Geor",
    "ARMENIAN": "Armn",
    "HANGUL": "Kore",
}


@dataclass(frozen=True)
class _Alphabet:
    """One language's order: the weight of each letter, and what counts as another one."""

    weights: dict[str, int]
    same: dict[str, str]

    @cached_property
    def pairs(self) -> re.Pattern[str] | None:
        """What finds the letters that are written as two, each other one alone; None without any."""
        pairs = [re.escape(letter) for letter in self.weights if len(letter) > 1]
        return re.compile("|".join((*pairs, ".")), re.DOTALL) if pairs else None

    @cached_property
    def digits(self) -> _Digits:
        return _Digits(self)


class _Digits(dict[str, tuple[str, str]]):
    """How the letters of an alphabet are written in a key, each found out once."""

    def __init__(self, alphabet: _Alphabet) -> None:
        super().__init__()
        self._alphabet = alphabet

    def __missing__(self, unit: str) -> tuple[str, str]:
        self[unit] = _in_digits(_one(unit, self._alphabet))
        return self[unit]


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("alphabets.toml").read_text(encoding="utf-8"))


def languages() -> tuple[str, ...]:
    """List the languages whose order is known."""
    return tuple(_table()["languages"])


@cache
def _alphabet(language: str) -> _Alphabet:
    known = _table()["languages"]
    facts = known.get(language, known["en"])
    own = facts["script"]
    same = dict(pair.split("=") for pair in facts.get("same", "").split())
    scripts = {name: letters.split() for name, letters in _table()["scripts"].items()}
    scripts["Kore"] = list(_JAMO)
    ordered = [*_completed(facts["own"].split() or scripts[own], scripts[own], same)]
    for script, letters in scripts.items():
        if script != own:
            ordered.extend(letters)
    return _Alphabet({letter: _FIRST_LETTER + place for place, letter in enumerate(ordered)}, same)


def _completed(own: list[str], script: list[str], same: dict[str, str]) -> list[str]:
    """Put the script's letters that the language lacks behind the one that is before them elsewhere."""
    order = list(own)
    before = ""
    for letter in script:
        if letter not in order and letter not in same:
            order.insert(order.index(before) + 1 if before in order else 0, letter)
        before = letter if letter in order else before
    return order


def _units(letters: str, alphabet: _Alphabet) -> Iterable[str]:
    """Part a name into what its alphabet counts as letters, such as the sh of Uzbek."""
    return letters if alphabet.pairs is None else alphabet.pairs.findall(letters)


def _letters(text: str, language: str) -> str:
    """Return a name in small letters, put together as the alphabet has them."""
    if language == "az":
        text = text.replace("I", "ı").replace("İ", "i")
    small = unicodedata.normalize("NFC", text).lower()
    if language == "uz":
        small = "".join(
            "ʻ" if letter in _AFTER_O_G and small[place - 1 : place] in {"o", "g"} else letter
            for place, letter in enumerate(small)
        )
    return small.replace("եւ", "և") if language == "hy" else small


def _one(letter: str, alphabet: _Alphabet) -> Iterator[tuple[int, int]]:
    if letter in alphabet.weights:
        yield alphabet.weights[letter], 0
    elif letter in alphabet.same:
        yield alphabet.weights[alphabet.same[letter]], 1
    elif letter.isdecimal():
        yield _FIRST_DIGIT + unicodedata.decimal(letter), 0
    elif letter.isspace() or letter == "-":
        yield _SPACE, 0 if letter.isspace() else 1
    elif letter not in _IGNORED:
        yield from _decomposed(letter, alphabet)


def _decomposed(letter: str, alphabet: _Alphabet) -> Iterator[tuple[int, int]]:
    """Take a letter with an accent, or a syllable of Hangul, apart. What nobody knows stands last."""
    parts = unicodedata.normalize("NFD", letter)
    base = [part for part in parts if not unicodedata.combining(part)]
    marks = [part for part in parts if unicodedata.combining(part)]
    mark = 2 + max((_MARKS.find(part) for part in marks), default=-1) if marks else 0
    for part in base:
        yield alphabet.weights.get(part, 999 if part == letter else _SPACE), min(mark, 9)
