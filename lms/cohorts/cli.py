from __future__ import annotations

import tomllib
from pathlib import Path

from sqlalchemy import delete

from lms.cohorts.models import Country, Region, RegionCountry
from lms.extensions import db

COUNTRIES = Path(__file__).with_name("countries.toml")
REGIONS = Path(__file__).with_name("regions.toml")


def load_countries() -> int:
    """Bring the table of countries up to date with countries.toml; never removes one."""
    table = tomllib.loads(COUNTRIES.read_text(encoding="utf-8"))
    for code, facts in table.items():
        db.session.merge(Country(code=code, **facts))
    db.session.flush()
    _load_regions()
    return len(table)


def _load_regions() -> None:
    """Bring the groups of countries up to date; who is in a group follows the file."""
    for code, facts in tomllib.loads(REGIONS.read_text(encoding="utf-8")).items():
        db.session.merge(Region(code=code, names=facts["names"]))
        db.session.flush()
        db.session.execute(delete(RegionCountry).where(RegionCountry.region_code == code))
        db.session.add_all(
            RegionCountry(region_code=code, country_code=country) for country in facts["countries"]
        )
    db.session.flush()
