"""What a preview prints: the longest name of those chosen, and each script once."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import current_app

from lms.certificates import drawing
from lms.certificates.drawing import PrintedFacts
from lms.certificates.queries.occasions import Occasion
from lms.certificates.queries.printing import printed_facts, signed, with_credits_of
from lms.certificates.queries.signatories import signatory_on
from lms.certificates.rules import Choices, Kind
from lms.cohorts.models import Programme

INVENTED = {
    "LATIN": ("uz", "Oʻgʻiloy Toʻxtayeva Shavkatjon qizi", "Ogiloy Tukhtayeva"),
    "CYRILLIC": ("kk", "Әбдіғаппар Нұрсұлтанұлы Қожахметов", "Abdigappar Kozhakhmetov"),
    "ARMENIAN": ("hy", "Սևակ Եղիազարյան", "Sevak Yeghiazaryan"),
    "GEORGIAN": ("ka", "გიორგი ჭავჭავაძე-ყიფიანი", "Giorgi Chavchavadze-Qipiani"),
    "HANGUL": ("ko", "남궁민수", "Namgung Min-su"),
}
"""For each script that certificates are printed in, a name of nobody, where nobody who is chosen writes it."""


@dataclass(frozen=True)
class Example:
    """One page of a preview."""

    facts: PrintedFacts
    is_longest: bool = False
    is_invented: bool = False


def examples(
    occasions: Sequence[Occasion], programme: Programme | None, choices: Choices, today: date
) -> list[Example]:
    """Return the pages of a preview: the longest name among the occasions first, then each other script.

    Args:
        occasions: of those who were chosen; none shows invented names alone.
        programme: whose certificates, where nobody is chosen.
        choices: as for the issue.
        today: the printed day.
    """
    longest = max(occasions, key=_length, default=None)
    base = _facts_of(longest, choices, today) if longest else _invented(programme, choices, today)
    pages = [Example(base, is_longest=True)] if longest else []
    shown = {script_of(base.name_native)} if longest else set()
    for script, (language, native, latin) in INVENTED.items():
        if script in shown:
            continue
        writers = [one for one in occasions if script_of(one.person.name_native) == script]
        if writers:
            facts = _facts_of(max(writers, key=_length), choices, today)
            pages.append(Example(facts))
            continue
        second = choices.second_language or language
        facts = replace(
            base, name_native=native, name_latin=latin, native_language=language,
            second_language=second,
            course_title_native=base.course_title_native if second == base.second_language else "",
        )  # fmt: skip
        pages.append(Example(facts, is_invented=True))
    return pages


def script_of(name: str) -> str:
    """Return the script of a name's first letter, as Unicode calls it; "" without a letter."""
    first = next((letter for letter in name if letter.isalpha()), "")
    return unicodedata.name(first, "").partition(" ")[0]


def _length(occasion: Occasion) -> int:
    return max(len(occasion.person.name_latin), len(occasion.person.name_native))


def _facts_of(occasion: Occasion, choices: Choices, today: date) -> PrintedFacts:
    number = f"{occasion.cohort.country_code}-{today.year}{drawing.PREVIEW}"
    facts = printed_facts(occasion, number, today, choices)
    return with_credits_of(facts, occasion.cohort.programme)


def _invented(programme: Programme | None, choices: Choices, today: date) -> PrintedFacts:
    public_url = current_app.config["PUBLIC_URL"].rstrip("/")
    number, teaches = f"KR-{today.year}{drawing.PREVIEW}", choices.kind == Kind.THANKS
    facts = PrintedFacts(
        kind=choices.kind,
        layout=choices.layout,
        number=number,
        name_latin="",
        course_title="One-stop services: how Korea moved government online",
        steps=0 if teaches else 20,
        hours=0 if teaches else 14,
        cohort="autumn 2026",
        issued_on=today,
        second_language=choices.second_language or "en",
        signatory_role="Programme director",
        programme="Study visit programme",
        verify_url=f"{public_url}/v/{number}",
        verify_page=public_url.partition("://")[2] + "/verify",
    )
    if programme is None:
        return facts
    signatory = signatory_on(programme, today, choices.signatory_id)
    printed = replace(facts, programme=programme.title, **signed(signatory, programme))
    return with_credits_of(printed, programme)
