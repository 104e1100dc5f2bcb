"""When figures about a quiz say something."""

from __future__ import annotations

from typing import Any

ENOUGH = 10
"""Answers below which a share or a mean would mislead."""


def missing(count: int) -> int:
    """Return how many answers are missing until figures are shown; 0 when there are enough."""
    return max(0, ENOUGH - count)


def tolerance_words(structure: dict[str, Any]) -> str:
    """Say how far from the right number an answer may be: "± 5", "± 5 %", or nothing."""
    tolerance = structure.get("tolerance", 0)
    if not tolerance:
        return ""
    if structure.get("tolerance_kind") == "relative":
        return f"± {100 * tolerance:g} %"
    return f"± {tolerance:g}"
