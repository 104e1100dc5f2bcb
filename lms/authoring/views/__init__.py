"""The instructor's pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("authoring", __name__, url_prefix="/teach")

from lms.authoring.views import analysis, attempts, courses, marking, regrading, times  # noqa: E402, F401 - add their pages
