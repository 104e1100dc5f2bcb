"""The columns of a file of people: their names, their labels, and how people head them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from lms.cohorts.rules import fold
from lms.config import LANGUAGES, TRANSLATED

LABELS: dict[str, LazyString] = {
    "email": _l("E-mail address"),
    "given_name": _l("Given name"),
    "family_name": _l("Family name"),
    "given_name_latin": _l("Given name in Latin letters"),
    "family_name_latin": _l("Family name in Latin letters"),
    "country": _l("Country"),
    "language": _l("Language"),
    "institution": _l("Institution"),
    "post": _l("Post"),
    "gender": _l("Gender"),
    "cohort": _l("Cohort"),
    "courses": _l("Courses"),
}
HELP: dict[str, LazyString] = {
    "email": _l("Needed in every row. The person signs in with it."),
    "given_name": _l("In the person's own script."),
    "family_name": _l("In the person's own script."),
    "given_name_latin": _l("As in the passport, in Latin letters."),
    "family_name_latin": _l("As in the passport, in Latin letters."),
    "country": _l("Two letters, such as KZ. Empty: the country of the cohort."),
    "language": _l("Two letters, such as kk or ru. Empty: the first language of the country."),
    "institution": _l("One of the names of a public body on the list."),
    "post": _l("Kept together with the institution."),
    "gender": _l("f or m, or empty."),
    "cohort": _l("The last part of the cohort's address, such as kz-2026. Empty: this cohort."),
    "courses": _l("Empty: every course of the cohort. Else their names, with commas between."),
}
FIELDS = tuple(LABELS)
SPARE = "?"  # before the number of a column that has no field


@cache
def words_for_values() -> dict[str, Any]:
    """Read ``headings.toml``; its lists as they stand."""
    return tomllib.loads(Path(__file__).with_name("headings.toml").read_text(encoding="utf-8"))


def label(column: str, columns: dict[str, str] | None = None) -> str:
    """Return what a column is called: a field's label, or the file's own heading of any other."""
    if column in LABELS:
        return str(LABELS[column])
    return (columns or {}).get(column, column)


@cache
def known_headings() -> dict[str, str]:
    """Map every heading that is understood, folded, to its field."""
    known = {fold(field): field for field in FIELDS}
    for field, headings in words_for_values()["headings"].items():
        known |= {fold(heading): field for heading in headings}
    for language in TRANSLATED:
        with force_locale(language):
            known |= {fold(str(text)): field for field, text in LABELS.items()}
    return known


def match(headings: list[str]) -> dict[str, str]:
    """Give each heading a field, or a spare column; of two headings for one field the first counts."""
    columns: dict[str, str] = {}
    for number, heading in enumerate(headings, 1):
        field = known_headings().get(fold(heading), "")
        free = field if field and field not in columns else f"{SPARE}{number}"
        columns[free] = heading.strip()
    return columns


@cache
def codes_of(kind: str) -> dict[str, str]:
    """Map what people write for a country, a language or a gender, folded, to its code."""
    written = {
        fold(word): code for code, words in words_for_values()[kind].items() for word in words
    }
    for reader in LANGUAGES if kind != "gender" else ():
        locale = Locale.parse(reader)
        names = locale.territories if kind == "country" else locale.languages
        for code in words_for_values()[kind]:
            if code in names:
                written.setdefault(fold(names[code]), code)
    if kind == "language":
        written |= {fold(one.own_name): code for code, one in LANGUAGES.items()}
    return written
