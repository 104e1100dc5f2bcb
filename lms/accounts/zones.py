"""Time zones as people know them: by their city, the likely ones first."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from flask_babel import get_locale
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


def choices(country_code: str, chosen: str) -> dict[str, list[tuple[str, str]]]:
    """Return the zones for a list, in groups: the own country, the region, everywhere else."""
    locale = get_locale() or Locale("en")
    territories = get_global("zone_territories")
    own = [zone for zone in _known() if territories.get(zone) == country_code]
    nearby = [zone for zone in NEARBY if zone not in own]
    others = {*_known(), chosen} - {*own, *nearby}
    groups = {
        _("Your country"): [_option(zone, locale) for zone in own],
        _("The region"): [_option(zone, locale, territories.get(zone, "")) for zone in nearby],
        _("All others"): [_option(zone, locale) for zone in others],
    }
    return {name: sorted(group, key=itemgetter(1)) for name, group in groups.items() if group}


def zone_name(zone: str) -> str:
    """Return a zone as people know it: Almaty (UTC+5)."""
    return _option(zone, get_locale() or Locale("en"))[1]


@lru_cache
def _known() -> tuple[str, ...]:
    """Return every zone that has a city, under one name each."""
    zones = set(get_global("zone_territories")) & available_timezones()
    return tuple(sorted(zone for zone in zones if "/" in zone and not zone.startswith("Etc/")))


def _option(zone: str, locale: Locale, country_code: str = "") -> tuple[str, str]:
    if zone == "UTC":
        return zone, zone
    country = locale.territories.get(country_code)
    place = _city(zone, str(locale)) + (f", {country}" if country else "")
    return zone, f"{place} ({_offset(zone)})"


@lru_cache(maxsize=8192)
def _city(zone: str, locale: str) -> str:
    return str(get_timezone_location(ZoneInfo(zone), locale=locale, return_city=True))


def _offset(zone: str) -> str:
    """Write how far a zone is from UTC today: UTC+5, UTC-3:30."""
    offset = datetime.now(ZoneInfo(zone)).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes >= 0 else "-"
    return f"UTC{sign}{hours}:{rest:02d}" if rest else f"UTC{sign}{hours}"
