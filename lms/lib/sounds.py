"""What a name sounds like: the same for its own script and for each way in which Latin letters write it.

Жусупова is Zhusupova, Jusupova, Yussupova and Dzhusupova in passports of different years. A spelling can stand for
several sounds (Uzbek o is an a in Russian), so a name has a few keys, and two names sound alike when one key is theirs
in common. This finds too much rather than too little: whoever searches sees the names.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import islice, product
from pathlib import Path
from typing import Any

from lms.lib.names import suggest_latin

MOST_KEYS = 16  # of one word
LONGEST_SOUND = 40  # characters of a key
SHORTEST_PREFIX = 3  # sounds that a part of a name must have to find whole ones

_VOWELS = "aeiouü"
_DEVOICED = str.maketrans("BDG", "PTK")  # Armenian: Hakobyan is Акопян in Russian
_ARMENIAN_END = re.compile(r"(yan|ian|jan)$")
_H_OR_NOTHING = re.compile(r"^h(?!w)")  # Hakobyan, Акопян; Hasanov, Асанов
_G_OR_H = re.compile(r"^g(?=[au]|ya|yu)")  # Həsənov, Гасанов
_GLIDE_FIRST = re.compile(r"^[yi](?=[aouü])")  # Юсупов, Yusupov, Iusupov: as Жусупов
_YE_FIRST = re.compile(r"^[yi](?=e)")
_IA = re.compile(r"iy?(a)(?=[^aeiouüy])")  # Ilias, Iliyas, Ilyas


def sound_keys(name: str) -> frozenset[str]:
    """Return the keys of all the words of a name; a hyphen parts words, too."""
    return frozenset(key for word in _words(name) for key in _keys_of_word(word))


def _words(name: str) -> Iterator[str]:
    text = unicodedata.normalize("NFC", name).replace("İ", "i").lower()
    for word in re.split(r"[\s\-‐.,·]+", text):
        letters = "".join(letter for letter in word if letter.isalpha() or letter in "'’‘`ʻʼ")
        if any(letter.isalpha() for letter in letters):
            yield letters


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("sounds.toml").read_text(encoding="utf-8"))


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


@cache
def _letters() -> dict[str, str]:
    return {
        letter: latin
        for text in _table()["letters"].values()
        for letter, latin in _pairs(text).items()
    }


@cache
def _groups() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    consonants, vowels = (
        {group: tuple(sounds.split("|")) for group, sounds in _pairs(text).items()}
        for text in (_table()["groups"]["consonants"], _table()["groups"]["vowels"])
    )
    return consonants, vowels


@cache
def _families() -> dict[str, str]:
    """Map each spelling of a Korean surname to a key of its own."""
    families = {}
    for number, (hangul, spellings) in enumerate(_pairs(_table()["families"]["ko"]).items()):
        for spelling in (hangul, *spellings.split(",")):
            families[spelling] = f"{number}k"
    return families


@lru_cache(maxsize=4096)  # a list of people has the same names again and again
def _keys_of_word(word: str) -> tuple[str, ...]:
    keys = [_families()[word]] if word in _families() else []
    seen: dict[str, None] = {}
    for latin in _readings(_latin(word)):
        for key in islice(_sounded(latin), MOST_KEYS):
            for one in _with_devoiced(key, latin):
                if one and len(seen) < 2 * MOST_KEYS:
                    seen[one] = None
    return (*keys, *(one[:LONGEST_SOUND] for one in seen))


def _with_devoiced(key: str, latin: str) -> Iterable[str]:
    return {key, key.translate(_DEVOICED)} if _ARMENIAN_END.search(latin) else {key}


def _latin(word: str) -> str:
    """Write a word of any script in small Latin letters, oʻ as ü."""
    if any("\uac00" <= letter <= "\ud7a3" for letter in word):
        word = (
            suggest_latin(word, "ko").lower().replace(" ", "").replace("eo", "o").replace("eu", "u")
        )
    word = re.sub("o['’‘`ʻʼ]", "ü", word)
    word = re.sub("g['’‘`ʻʼ]", "g", word)
    word = "".join(letter for letter in word if letter.isalpha())
    if word.startswith("ո") and not word.startswith("ու"):
        word = "v" + word  # Ոսկանյան is Voskanyan
    letters = _letters()
    word = word.replace("ու", letters["ու"])
    latin = "".join(letters.get(letter, letter) for letter in word)
    plain = unicodedata.normalize("NFD", latin.replace("ü", "\0")).replace("\0", "ü")
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _readings(latin: str) -> list[str]:
    """Return the ways in which the beginning of a word may be meant."""
    readings = [_GLIDE_FIRST.sub("j", _YE_FIRST.sub("", latin))]
    for pattern, replacement in ((_H_OR_NOTHING, ""), (_G_OR_H, "h"), (_IA, r"\1")):
        readings += [
            changed for text in readings if (changed := pattern.sub(replacement, text)) != text
        ]
    return readings


def _sounded(latin: str) -> Iterator[str]:
    """Yield the sounds that a word may stand for, doubled letters once, each run of vowels as its first."""
    for choice in product(*_parts(latin)):
        key = "".join(choice)
        yield re.sub(r"(.)\1+", r"\1", key).removesuffix("H")


def _parts(latin: str) -> list[tuple[str, ...]]:
    consonants, vowels = _groups()
    parts: list[tuple[str, ...]] = []
    place, in_vowels = 0, False
    while place < len(latin):
        for length in (4, 3, 2, 1):
            piece = latin[place : place + length]
            if len(piece) == length and (piece in consonants or piece in vowels):
                break
        place += len(piece)
        if piece in consonants:
            is_inside = piece == "ng" and latin[place : place + 1] in {*_VOWELS}
            parts.append(("NG", "N") if is_inside else consonants[piece])
            in_vowels = False
        elif piece in vowels:
            if not in_vowels:
                parts.append(vowels[piece])
            in_vowels = True
        elif piece == "y" and not in_vowels and latin[place : place + 1] not in {*_VOWELS}:
            parts.append(("I",))
            in_vowels = True
    return parts
