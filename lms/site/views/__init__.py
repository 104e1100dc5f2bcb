"""Pages of the whole site: what everybody sees, and administration."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("site", __name__)
admin = Blueprint("admin", __name__, url_prefix="/admin")

from lms.site.views import (  # noqa: E402 - add their pages
    approvals,  # noqa: F401
    audit,  # noqa: F401
    bounces,  # noqa: F401
    countries,  # noqa: F401
    merging,  # noqa: F401
    people,  # noqa: F401
    public,  # noqa: F401
    roles,  # noqa: F401
)
