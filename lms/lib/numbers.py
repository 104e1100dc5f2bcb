"""Numbers of certificates, such as ``KZ-2026-7Q3M-W8KD-R4TN-9HXG``.

Two letters of the country, the year, 15 random characters and a check character. The random part
and the check character use 30 characters; 0 O 1 I L U are never used, because people mistake them
for one another on paper. The random part holds 73 bits, so a number cannot be guessed.

The check is ISO/IEC 7064, MOD 37-2, over the whole number: with values 0 to 35 for 0-9 A-Z, each
weighted by 2 to the power of its distance from the right end, the sum is 1 modulo 37. As 37 is
prime and 2 is a primitive root of it, every single wrong character and every exchange of two
different characters, next to each other or not, changes the sum. The standard has 37 check
characters: a random part whose check would not be one of our 30 is drawn again (one in five).
"""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
NEVER_USED = "0O1ILU"

_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"
_VALUES = {char: value for value, char in enumerate(_DIGITS + _CAPITALS)}
_MODULUS = 37
_GROUPS = (2, 4, 4, 4, 4, 4)
_RANDOM_LENGTH = 15
_COUNTRY = re.compile(r"[A-Z]{2}")

# One set of allowed characters for each of the 22 places.
_ALLOWED = (*(_CAPITALS,) * 2, *(_DIGITS,) * 4, *(ALPHABET,) * (_RANDOM_LENGTH + 1))


class FaultKind(StrEnum):
    """What can be wrong with a number that somebody typed."""

    LENGTH = "length"
    LETTERS = "letters"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is not a certificate number.

    Attributes:
        kind: which of the three checks failed; the later ones were then not made.
        length: how many letters and digits were typed; 22 are expected.
        places: for ``LETTERS``, where a character stands that is never used there: counted from 1
            in the text that `normalise` returns, its hyphens included.
    """

    kind: FaultKind
    length: int
    places: tuple[int, ...] = ()


def new_number(country: str, year: int) -> str:
    """Draw an unguessable number.

    Args:
        country: ISO 3166-1 alpha-2, in capitals.
        year: of the issue, four digits.

    Raises:
        ValueError: the country or the year does not have that form.
    """
    if not _COUNTRY.fullmatch(country):
        raise ValueError(f"A country is two capital letters, not {country!r}.")
    if not 1000 <= year <= 9999:
        raise ValueError(f"A year has four digits, not {year}.")
    while True:
        start = f"{country}{year}" + "".join(
            secrets.choice(ALPHABET) for _ in range(_RANDOM_LENGTH)
        )
        if (check := _check_character(start)) is not None:
            return _grouped(start + check)


def normalise(text: str) -> str:
    """Write a typed number the way it is printed: capitals, with a hyphen between its groups.

    Spaces, hyphens and dashes are taken as typed for legibility and set anew; full-width letters
    become plain ones. Nothing else is guessed: an O stays an O, for `fault` to point at. A text of
    the wrong length is grouped as far as it goes.
    """
    plain = unicodedata.normalize("NFKC", text)
    kept = (
        char
        for char in plain
        if not char.isspace() and unicodedata.category(char) not in {"Pd", "Sm", "Cf", "Cc"}
    )
    # Only a to z: str.upper() makes two letters of a German ß and would hide what was typed.
    return _grouped("".join(char.upper() if char.isascii() else char for char in kept))


def fault(text: str) -> Fault | None:
    """Say what is wrong with a typed number; None means that it can be looked up."""
    printed = normalise(text)
    compact = printed.replace("-", "")
    length = len(compact)
    if length != len(_ALLOWED):
        return Fault(FaultKind.LENGTH, length)
    letters = iter(_ALLOWED)
    places = tuple(
        place
        for place, char in enumerate(printed, start=1)
        if char != "-" and char not in next(letters)
    )
    if places:
        return Fault(FaultKind.LETTERS, length, places)
    if _weighted_sum(compact) != 1:
        return Fault(FaultKind.CHECK, length)
    return None


def _weighted_sum(compact: str) -> int:
    """Return the sum of the standard, modulo 37, by Horner's rule."""
    total = 0
    for char in compact:
        total = (total * 2 + _VALUES[char]) % _MODULUS
    return total


def _check_character(start: str) -> str | None:
    """Return the character that completes the sum to 1, or None when it is not in our alphabet."""
    value = (1 - 2 * _weighted_sum(start)) % _MODULUS
    return next((char for char in ALPHABET if _VALUES[char] == value), None)


def _grouped(compact: str) -> str:
    """Set the hyphens; what is longer than a number stays at the end of the last group."""
    groups = []
    for length in _GROUPS[:-1]:
        groups.append(compact[:length])
        compact = compact[length:]
    return "-".join(group for group in (*groups, compact) if group)
