"""The learner's pages, and the own calendar."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("learning", __name__, url_prefix="/learn")
calendar_bp = Blueprint("calendar", __name__)

from lms.learning.views import calendar, courses, questions  # noqa: E402 - each adds its pages

__all__ = ["bp", "calendar", "calendar_bp", "courses", "questions"]
