"""Countries and their names."""

from __future__ import annotations

from babel import Locale
from sqlalchemy import select

from lms.cohorts.models import (
    Country,
)
from lms.extensions import db


def list_countries() -> list[Country]:
    return list(db.session.scalars(select(Country).order_by(Country.code)))


def country_name(code: str, language: str) -> str:
    """Return a country's name in a language, from CLDR."""
    return str(Locale.parse(language).territories.get(code, code))
