"""What somebody who is invited or nominated sees, mostly before there is an account."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("cohorts", __name__)

from lms.cohorts.views import invitations  # noqa: E402, F401 - add their pages
