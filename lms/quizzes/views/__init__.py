"""A learner's quiz. Works without JavaScript."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("quizzes", __name__, url_prefix="/learn/<cohort>/<course>/<module>/<step>")

from lms.quizzes.views import clock, files, kept, taking  # noqa: E402, F401 - add their pages to the blueprint
