"""Certificates: for their holders, for officers, and for anybody who checks one."""

from __future__ import annotations

from flask import Blueprint

from lms.lib.fonts import letter_name

bp = Blueprint("certificates", __name__)
bp.add_app_template_filter(letter_name)

from lms.certificates.views import checking, holders, officers, signatories, uploads  # noqa: E402, F401 - add their pages
