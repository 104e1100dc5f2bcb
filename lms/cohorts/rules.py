from __future__ import annotations

import unicodedata

from lms.lib.names import clean_name


def fold(name: str) -> str:
    """Return what a search compares: letter case, accents, spaces and punctuation do not count."""
    decomposed = unicodedata.normalize("NFKD", clean_name(name).casefold())
    return "".join(letter for letter in decomposed if letter.isalnum())
