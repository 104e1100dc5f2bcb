"""Lists of bits that say which credentials are revoked or suspended: W3C Bitstring Status List v1.0."""

from __future__ import annotations

import gzip
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from typing import Any
from zlib import decompressobj
from zlib import error as ZlibError  # noqa: N812 - it is a class

PURPOSES = ("revocation", "suspension")
LENGTH = 131_072
"""Bits of one list: the least that the specification allows, so that an answer hides among so many."""

_GZIP = 16 + 15  # as zlib names it


class ListUnreadable(ValueError):
    """This is no status list, or has no such place."""


def place_of(number: int) -> tuple[int, int]:
    """Return the list of the credential with a number, and its place in it."""
    return divmod(number, LENGTH)


def encoded(bits: Iterable[int]) -> str:
    """Return ``encodedList`` of a list in which these places are set; the same bits give the same text."""
    field = bytearray(LENGTH // 8)
    for place in bits:
        field[place // 8] |= 0x80 >> place % 8  # the first bit is the leftmost
    packed = gzip.compress(bytes(field), mtime=0)
    return "u" + urlsafe_b64encode(packed).decode().rstrip("=")


def is_set(credential: Mapping[str, Any], index: int) -> bool:
    """Tell whether a place of a list is set. The list's proof, period and purpose are checked elsewhere.

    Raises:
        ListUnreadable: it says nothing about that place.
    """
    try:
        text = credential["credentialSubject"]["encodedList"]
        packed = urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
        field = decompressobj(_GZIP).decompress(packed, LENGTH // 8)
    except (KeyError, TypeError, ValueError, ZlibError) as error:
        raise ListUnreadable("This is no status list.") from error
    if not text.startswith("u") or not 0 <= index < 8 * len(field):
        raise ListUnreadable(f"The list has no place {index}.")
    return bool(field[index // 8] & 0x80 >> index % 8)
