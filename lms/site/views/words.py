from __future__ import annotations

from flask_babel import get_locale

from lms.cohorts.queries import list_countries
from lms.site.forms import country_names


def named_countries() -> dict[str, str]:
    """Return the names of all countries in the page's language, by code."""
    return country_names(list_countries(), str(get_locale()))
