from __future__ import annotations

import tomllib
from pathlib import Path

from lms.cohorts.models import Country
from lms.extensions import db

COUNTRIES = Path(__file__).with_name("countries.toml")


def load_countries() -> int:
    """Bring the table of countries up to date with countries.toml; never removes one."""
    table = tomllib.loads(COUNTRIES.read_text(encoding="utf-8"))
    for code, facts in table.items():
        db.session.merge(Country(code=code, **facts))
    db.session.flush()
    return len(table)
