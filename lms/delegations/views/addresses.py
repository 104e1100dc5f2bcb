from __future__ import annotations

from typing import Any

from flask import url_for

from lms.cohorts.models import Cohort


def place_of(cohort: Cohort) -> dict[str, str]:
    """Return what the address of every page of a cohort has."""
    return {"country": cohort.country_code.lower(), "cohort": cohort.slug}


def address_of(cohort: Cohort) -> str:
    place = place_of(cohort)
    return url_for("delegations.dashboard", country=place["country"], cohort=place["cohort"])


def page_of(cohort: Cohort, endpoint: str, **more: Any) -> str:
    """Return the address of one of a cohort's pages."""
    values: dict[str, Any] = {**place_of(cohort), **more}
    return url_for(endpoint, **values)
