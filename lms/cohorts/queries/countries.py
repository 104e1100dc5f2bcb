"""Countries and their names."""

from __future__ import annotations

from babel import Locale
from sqlalchemy import select

from lms.cohorts.models import Country, Region, RegionCountry
from lms.extensions import db


def list_countries() -> list[Country]:
    return list(db.session.scalars(select(Country).order_by(Country.code)))


def country_name(code: str, language: str) -> str:
    """Return a country's name in a language, from CLDR."""
    return str(Locale.parse(language).territories.get(code, code))


def language_name(code: str, language: str) -> str:
    """Return a language's name in another one, from CLDR."""
    return str(Locale.parse(language).languages.get(code, code))


def regions_by_country(language: str) -> dict[str, list[str]]:
    """Return the names of the groups that each country is in; a country may be in several."""
    query = (
        select(RegionCountry.country_code, Region.names)
        .join(Region, Region.code == RegionCountry.region_code)
        .order_by(Region.code)
    )
    found: dict[str, list[str]] = {}
    for code, names in db.session.execute(query):
        found.setdefault(code, []).append(names.get(language, names["en"]))
    return found
