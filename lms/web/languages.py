"""Which language a page is in: the address, a one-time ``?lang=``, the person, a cookie, the browser; in this order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g, has_request_context, request
from flask_babel import format_date, format_datetime, get_locale
from flask_login import current_user
from werkzeug.routing import BaseConverter

from lms.config import LANGUAGES, TRANSLATED

COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600


class LanguageConverter(BaseConverter):
    """``/<language:language>/courses``: only codes that are offered match."""

    regex = "|".join(LANGUAGES)


def register(app: Flask) -> None:
    app.url_map.converters["language"] = LanguageConverter
    app.add_template_global(LANGUAGES, "LANGUAGES")
    app.add_template_global(get_locale, "get_locale")
    app.add_template_global(chosen_language, "chosen_language")
    app.add_template_filter(moment, "moment")
    app.add_template_filter(day, "day")


def chosen_language() -> str:
    """Return the language that was asked for, also where the interface must fall back."""
    if not has_request_context():
        return "en"
    if "language" not in g:
        g.language = _find_language()
    return str(g.language)


def _find_language() -> str:
    for wish in _wishes():
        if wish in LANGUAGES:
            return str(wish)
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def _wishes() -> Iterator[str | None]:
    """Yield what the reader may have asked for; the database is asked only when the address says nothing."""
    yield (request.view_args or {}).get("language")
    yield request.args.get("lang")
    yield getattr(current_user, "language", None)
    yield request.cookies.get(COOKIE)


def interface_language(code: str) -> str:
    """Return ``code`` where its words are complete, else the language its readers know best."""
    while code not in TRANSLATED:
        code = LANGUAGES[code].fallback
    return code


def select_locale() -> str:
    return interface_language(chosen_language())


def select_time_zone() -> str:
    return str(getattr(current_user, "time_zone", None) or "UTC") if has_request_context() else "UTC"


# Babel's long date for Tajik is wrong in CLDR, and a 24-hour clock is used in every country served.
DAY = {"en": "d MMMM y", "ru": "d MMMM y 'г'."}
MOMENT = "HH:mm"


def day(value: datetime | Any) -> str:
    """Write a date in words: 4 December 2026."""
    return format_date(value, DAY.get(str(get_locale()), "d MMMM y"))


def moment(value: datetime, time_zone: str | None = None) -> str:
    """Write date and time in the reader's zone, and name the zone: 4 December 2026, 19:00 (UTC+5)."""
    zone = ZoneInfo(time_zone or select_time_zone())
    local = value.astimezone(zone)
    minutes = int((local.utcoffset() or local - local).total_seconds() // 60)
    name = f"UTC{minutes // 60:+d}" if minutes % 60 == 0 else f"UTC{minutes // 60:+d}:{minutes % 60:02d}"
    pattern = DAY.get(str(get_locale()), "d MMMM y") + ", HH:mm"
    shown = format_datetime(local.replace(tzinfo=None), pattern, rebase=False)
    return f"{shown} ({'UTC' if minutes == 0 else name})"
