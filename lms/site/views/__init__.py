"""Pages of the whole site: what everybody sees, and administration."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("site", __name__)
admin = Blueprint("admin", __name__, url_prefix="/admin")

from lms.site.views import approvals, audit, bounces, people, public, roles  # noqa: E402, F401 - add their pages
