"""What somebody who is invited or nominated sees; public bodies, and where somebody works."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import get_locale

from lms.cohorts.queries import country_name

bp = Blueprint("cohorts", __name__)


@bp.app_template_filter("country_name")
def country_in_words(code: str) -> str:
    """Write a country's name in the language of the page."""
    return country_name(code, str(get_locale()))


from lms.cohorts.views import (  # noqa: E402 - add their pages
    institutions,  # noqa: F401
    invitations,  # noqa: F401
    joining,  # noqa: F401
    nominations,  # noqa: F401
    work,  # noqa: F401
)
