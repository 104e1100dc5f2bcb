"""The coordinator's pages: the own country's cohorts, their people, invitations and reminders."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("delegations", __name__, url_prefix="/delegations")

from lms.delegations.views import dashboard, people, quizzes  # noqa: E402, F401 - add their pages
