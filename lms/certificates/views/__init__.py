"""Certificates: for their holders, for officers, and for anybody who checks one."""

from __future__ import annotations

from flask import Blueprint

from lms.certificates.picture import label_of
from lms.lib.fonts import letter_name

bp = Blueprint("certificates", __name__)
bp.add_app_template_filter(letter_name)
bp.add_app_template_filter(label_of, "line_label")

from lms.certificates.views import (  # noqa: E402 - they add their pages
    batches,  # noqa: F401
    checking,  # noqa: F401
    holders,  # noqa: F401
    issuer,  # noqa: F401
    issuing,  # noqa: F401
    name_changes,  # noqa: F401
    officers,  # noqa: F401
    offline,  # noqa: F401
    previews,  # noqa: F401
    register_proofs,  # noqa: F401
    signatories,  # noqa: F401
    standing,  # noqa: F401
    uploads,  # noqa: F401
)
