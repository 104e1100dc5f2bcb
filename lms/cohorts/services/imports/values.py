"""Checks of single values: pure; a problem is a kind with what its sentence needs."""

from __future__ import annotations

import re
import unicodedata

from lms.accounts.rules import is_email, normal_email
from lms.cohorts.rules import fold
from lms.cohorts.services.imports.fields import codes_of
from lms.config import LANGUAGES
from lms.lib.fonts import letter_name
from lms.lib.names import clean_name, first_not_latin

Problem = dict[str, str]

LONGEST_EMAIL, LONGEST_NAME, LONGEST_TEXT = 254, 100, 200  # characters, as the columns hold them
LATIN_ALIKE = str.maketrans("аеорсухіАВЕКМНОРСТУХІ", "aeopcyxiABEKMHOPCTYXI")
IN_BRACKETS = re.compile(r".*<([^<>]+)>\s*")
LOST = re.compile(r"\ufffd|\w\?|\?\w")


def problem(
    field: str, kind: str, value: str = "", repair: str | None = None, **more: str
) -> Problem:
    """Make a problem; ``repair`` is the value that would be right, and may be empty."""
    made = {"field": field, "kind": kind, "value": value[:LONGEST_TEXT], **more}
    return made if repair is None else {**made, "repair": repair}


def check_email(text: str) -> Problem | None:
    """Look at one address. Letters that only look Latin are named: no mail would ever arrive."""
    address = text.strip()
    if not address:
        return problem("email", "email_missing")
    strange = next((letter for letter in address if letter > "\x7f" and letter.isprintable()), None)
    repair = _mended(address)
    is_right = repair.isascii() and is_email(repair) and repair != normal_email(address)
    offered = repair if is_right else None
    if strange:
        return problem("email", "email_letter", text, offered, letter=letter_name(strange))
    if is_email(address) and len(address) <= LONGEST_EMAIL:
        return None
    kind = "email_two_at" if address.count("@") > 1 else "email_form"
    return problem("email", kind, text, offered)


def _mended(address: str) -> str:
    """Undo what happens to addresses that are copied: names around them, spaces, doubled signs, look-alikes."""
    inside = IN_BRACKETS.fullmatch(address)
    plain = (inside[1] if inside else address).casefold().removeprefix("mailto:")
    plain = re.sub(r"\s+", "", plain.translate(LATIN_ALIKE)).strip(".,;:'\"")
    plain = re.sub(r"@+", "@", plain).replace(",", ".")
    return re.sub(r"\.{2,}", ".", plain)


def check_name(field: str, text: str) -> Problem | None:
    name = clean_name(text)
    if not name:
        return None
    if len(name) > LONGEST_NAME:
        return problem(field, "too_long", text, most=str(LONGEST_NAME))
    if LOST.search(name):
        return problem(field, "lost_letter", text)
    letter = first_not_latin(name) if field.endswith("_latin") else None
    return problem(field, "not_latin", text, letter=letter) if letter else None


def check_text(field: str, text: str) -> Problem | None:
    is_long = len(clean_name(text)) > LONGEST_TEXT
    return problem(field, "too_long", text, most=str(LONGEST_TEXT)) if is_long else None


def check_country(text: str, own: str, known: frozenset[str]) -> Problem | None:
    """Take the code in any case; a name is told its code."""
    written = text.strip()
    code = written.upper()
    if not written or code == own:
        return None
    if code in known:
        return problem("country", "country_other", code, own=own)
    meant = codes_of("country").get(fold(written))
    if meant is None:
        return problem("country", "country_unknown", written)
    return problem("country", "country_name", written, meant)


def check_language(text: str) -> Problem | None:
    written = text.strip()
    if not written or written.lower() in LANGUAGES:
        return None
    main = re.split(r"[-_]", written.lower())[0]
    meant = main if main in LANGUAGES else codes_of("language").get(fold(written))
    if meant is None:
        return problem("language", "language_unknown", written, list=", ".join(LANGUAGES))
    return problem("language", "language_near", written, meant)


def gender_of(text: str) -> str | None:
    """Return f, m or nothing; None when it cannot be understood."""
    written = unicodedata.normalize("NFKC", text).strip().lower()
    return written if written in {"", "f", "m"} else codes_of("gender").get(fold(written))


def check_gender(text: str) -> Problem | None:
    if gender_of(text) is None:
        return problem("gender", "gender_unknown", text.strip(), "")
    return None
