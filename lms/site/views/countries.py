"""The countries, as their file says."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from lms.cohorts.queries import country_name, language_name, list_countries, regions_by_country
from lms.site.views import admin
from lms.web.access import Role, allow


@admin.get("/countries")
@allow(Role.ADMINISTRATOR)
def countries() -> ResponseReturnValue:
    """Show what is known about each country; a new one is a table in a file, never code."""
    language = str(get_locale())
    return render_template(
        "site/countries.html",
        countries=list_countries(),
        regions=regions_by_country(language),
        country_name=lambda code: country_name(code, language),
        language_name=lambda code: language_name(code, language),
        today=datetime.now(UTC).date(),
    )
