"""The coordinator's pages: the own country's cohorts, their people, invitations and reminders."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("delegations", __name__, url_prefix="/delegations")
programme_bp = Blueprint("programmes", __name__, url_prefix="/programmes")

from lms.delegations.views import (  # noqa: E402 - add their pages
    changes,  # noqa: F401
    cohorts,  # noqa: F401
    comparison,  # noqa: F401
    dashboard,  # noqa: F401
    deciding,  # noqa: F401
    exporting,  # noqa: F401
    handing_over,  # noqa: F401
    importing,  # noqa: F401
    inviting,  # noqa: F401
    nominations,  # noqa: F401
    people,  # noqa: F401
    programmes,  # noqa: F401
    quizzes,  # noqa: F401
    reminders,  # noqa: F401 - add their pages
    roles,  # noqa: F401
)
