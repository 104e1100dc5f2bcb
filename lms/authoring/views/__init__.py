"""The instructor's pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("authoring", __name__, url_prefix="/teach")

from lms.authoring.views import (  # noqa: E402 - each adds its pages
    analysis,
    attempts,
    courses,
    inbox,
    marking,
    mentoring,
    regrading,
    times,
)

__all__ = [
    "analysis",
    "attempts",
    "bp",
    "courses",
    "inbox",
    "marking",
    "mentoring",
    "regrading",
    "times",
]
