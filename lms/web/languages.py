"""Which language a page is in: the address, a one-time ``?lang=``, the person, a cookie, the browser; in this order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, g, has_request_context, request
from flask_babel import (
    format_date,
    format_datetime,
    format_decimal,
    get_locale,
    get_translations,
)
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.routing import BaseConverter

from lms.config import LANGUAGES, TRANSLATED

COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600


class LanguageConverter(BaseConverter):
    """``/<language:language>/courses``: only codes that are offered match."""

    regex = "|".join(LANGUAGES)


def register(app: Flask) -> None:
    app.url_map.converters["language"] = LanguageConverter
    app.jinja_env.globals["LANGUAGES"] = LANGUAGES
    app.add_template_global(get_locale, "get_locale")
    app.add_template_global(chosen_language, "chosen_language")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: page_translations().gettext(text),
        lambda one, many, number: page_translations().ngettext(one, many, number),
        newstyle=True,
    )
    app.add_template_filter(moment, "moment")
    app.add_template_filter(day, "day")
    app.add_template_filter(format_decimal, "number")


def page_translations() -> NullTranslations:
    """Return the words of the page's language, found once a page and not once a word."""
    locale = get_locale()
    kept: tuple[Locale | None, NullTranslations] | None = g.get("translations")
    if kept is None or kept[0] is not locale:  # an e-mail may be in another language than the page
        kept = g.translations = (locale, get_translations())
    return kept[1]


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
    yield _own_language()
    yield request.cookies.get(COOKIE)


def _own_language() -> str | None:
    """Return what the person chose; a page that says that the database is away must not need it."""
    try:
        return getattr(current_user, "language", None)
    except SQLAlchemyError:
        return None


def interface_language(code: str) -> str:
    """Return ``code`` where its words are complete, else the language its readers know best."""
    while code not in TRANSLATED:
        code = LANGUAGES[code].fallback
    return code


def select_locale() -> str:
    return interface_language(chosen_language())


def select_time_zone() -> str:
    return (
        str(getattr(current_user, "time_zone", None) or "UTC") if has_request_context() else "UTC"
    )


# Babel's long date for Tajik is wrong in CLDR, and a 24-hour clock is used in every country served.
DAY = {"en": "d MMMM y", "ru": "d MMMM y 'г'."}


def _day_pattern() -> str:
    return DAY.get(str(get_locale()), "d MMMM y")


def day(value: date) -> str:
    """Write a date in words: 4 December 2026."""
    return str(format_date(value, _day_pattern()))


def moment(value: datetime, time_zone: str | None = None, clock: str = "HH:mm") -> str:
    """Write date and time in the reader's zone, and name it: 4 December 2026, 19:00 (UTC+5)."""
    local = value.astimezone(ZoneInfo(time_zone or select_time_zone()))
    shown = format_datetime(local.replace(tzinfo=None), f"{_day_pattern()}, {clock}", rebase=False)
    return f"{shown} ({_zone_name(local)})"


def _zone_name(local: datetime) -> str:
    """Return ``UTC``, ``UTC+5`` or ``UTC+5:30``."""
    minutes = int((local.utcoffset() or timedelta(0)).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return "UTC" + (f"{sign}{hours}" if minutes else "") + (f":{rest:02d}" if rest else "")
