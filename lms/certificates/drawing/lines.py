"""The words of a certificate, line by line, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from lms.certificates.drawing.facts import PrintedFacts
from lms.certificates.drawing.layouts import layout

NATIVE = ("title", "completed", "course", "study", "check_at", "issued", "valid_until")


def printed_lines(facts: PrintedFacts) -> dict[str, str]:
    """Return every line of the page by name, in reading order; a line that is not printed is "".

    Raises:
        KeyError: the layout has no words in the second language.
    """
    phrases = layout(facts.layout).settings["phrases"]
    english = phrases["en"]
    second = {} if facts.second_language == "en" else phrases[facts.second_language]
    has_native_name = facts.name_native != facts.name_latin
    place = ", ".join(filter(None, (facts.country, facts.cohort)))
    return {
        "brand": english["brand"],
        "tagline": english["tagline"],
        "title": english["title"],
        "title_native": second.get("title", ""),
        "name": facts.name_latin,
        "name_native": facts.name_native if has_native_name else "",
        "completed": _counted(english, "completed", steps=facts.steps),
        "completed_native": _counted(second, "completed", steps=facts.steps),
        "course": facts.course_title,
        "course_native": facts.course_title_native if second else "",
        "study": _joined(_hours(english, facts.hours), place),
        "study_native": _joined(_hours(second, facts.hours), facts.cohort_native) if second else "",
        "number": facts.number,
        "check_at": english["check_at"],
        "check_at_native": second.get("check_at", ""),
        "verify_page": facts.verify_page,
        "issued": _dated(english, "issued", facts.issued_on),
        "issued_native": _dated(second, "issued", facts.issued_on),
        "valid_until": _dated(english, "valid_until", facts.expires_on),
        "valid_until_native": _dated(second, "valid_until", facts.expires_on),
        "signatory": facts.signatory_name,
        "role": facts.signatory_role,
        "programme": facts.programme,
        **credit_lines(facts.funders, facts.partners, facts.credit_line, layout_name=facts.layout),
        "preview": english["preview"] if facts.is_preview else "",
        "qr": english["qr"].format(url=facts.verify_url),
    }


def credit_lines(
    funders: Sequence[str],
    partners: Sequence[str],
    credit_line: str,
    *,
    layout_name: str = "completion",
) -> dict[str, str]:
    """Return the lines that name who pays for a programme and who carries it."""
    english = layout(layout_name).settings["phrases"]["en"]
    named = (_listed(english, "funded_by", funders), _listed(english, "with", partners))
    return {"funding": _joined(*named), "credit": credit_line}


def languages(facts: PrintedFacts) -> dict[str, str]:
    """Return the language of each line that is not English."""
    second = {f"{name}_native": facts.second_language for name in NATIVE}
    return {**second, "name_native": facts.native_language or facts.second_language}


def _hours(phrases: Mapping[str, Any], hours: int) -> str:
    return _counted(phrases, "hours", hours=hours) if hours else ""


def _counted(phrases: Mapping[str, Any], name: str, **number: int) -> str:
    """Fill a number into a phrase; some have a form of their own for one."""
    form = name
    if 1 in number.values() and f"{name}_one" in phrases:
        form = f"{name}_one"
    return str(phrases.get(form, "")).format(**number)


def _listed(phrases: Mapping[str, Any], name: str, names: Sequence[str]) -> str:
    return str(phrases[name]).format(names=", ".join(names)) if names else ""


def _dated(phrases: Mapping[str, Any], name: str, day: date | None) -> str:
    if not phrases or day is None:
        return ""
    month = phrases["months"][day.month - 1]
    written = phrases["date"].format(day=day.day, month=month, year=day.year)
    return str(phrases[name].format(date=written))


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))
