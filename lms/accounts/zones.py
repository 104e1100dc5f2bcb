"""Time zones as people know them: by their city, the likely ones first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from flask_babel import gettext as _

# The capitals of the region, and where its study visits go.
NEARBY = (
    "Asia/Almaty",
    "Asia/Baku",
    "Asia/Bishkek",
    "Asia/Dushanbe",
    "Asia/Seoul",
    "Asia/Tashkent",
    "Asia/Tbilisi",
    "Asia/Yerevan",
    "UTC",
)


def zones_of(country_code: str) -> list[str]:
    """Return the time zones of a country."""
    territories = get_global("zone_territories")
    return [zone for zone in _known() if territories.get(zone) == country_code]


def choices(country_code: str, chosen: str, locale: Locale) -> dict[str, list[tuple[str, str]]]:
    """Return the zones for a list, in groups: the own country, the region, everywhere."""
    own = list(dict.fromkeys([chosen, *zones_of(country_code)]))
    nearby = [zone for zone in NEARBY if zone not in own]
    others = [zone for zone in _known() if zone not in {*own, *nearby}]
    return {
        _("Your country"): _named(own, locale),
        _("The region"): _named(nearby, locale),
        _("All others"): _named(others, locale),
    }


@lru_cache
def _known() -> tuple[str, ...]:
    """Return every zone with a city, under one name each."""
    return tuple(sorted(set(get_global("zone_territories")) & available_timezones()))


def _named(zones: Iterable[str], locale: Locale) -> list[tuple[str, str]]:
    now = datetime.now(UTC)
    named = [(zone, f"{_city(zone, str(locale))} ({_offset(zone, now)})") for zone in zones]
    return sorted(named, key=lambda pair: pair[1])


@lru_cache(maxsize=8192)
def _city(zone: str, locale: str) -> str:
    return "UTC" if zone == "UTC" else get_timezone_location(ZoneInfo(zone), locale, return_city=True)


def _offset(zone: str, now: datetime) -> str:
    """Write how far a zone is from UTC now: UTC+5, UTC-3:30."""
    offset = now.astimezone(ZoneInfo(zone)).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes >= 0 else "-"
    return f"UTC{sign}{hours}:{rest:02d}" if rest else f"UTC{sign}{hours}"
