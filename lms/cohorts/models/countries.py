from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Model


class Country(Model):
    """A country and what its people need; its name comes from CLDR."""

    __tablename__ = "countries"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)  # ISO 3166-1 alpha-2
    languages: Mapped[list[str]] = mapped_column(JSON)  # the state language first
    scripts: Mapped[list[str]] = mapped_column(JSON, default=list)  # ISO 15924, in use by officials
    time_zone: Mapped[str] = mapped_column(String(40))  # IANA
    date_pattern: Mapped[str] = mapped_column(String(20), default="dd.MM.yyyy")  # CLDR letters
    is_family_name_first: Mapped[bool] = mapped_column(default=False)
    has_delegations: Mapped[bool] = mapped_column(default=True)  # Korea hosts


class Region(Model):
    """A group of countries; a country may be in several."""

    __tablename__ = "regions"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)  # central-asia
    names: Mapped[dict[str, str]] = mapped_column(JSON)  # by language; "en" is always there


class RegionCountry(Model):
    """A country in a region."""

    __tablename__ = "region_countries"

    region_code: Mapped[str] = mapped_column(
        ForeignKey(Region.code, ondelete="CASCADE"), primary_key=True
    )
    country_code: Mapped[str] = mapped_column(ForeignKey(Country.code), primary_key=True)
