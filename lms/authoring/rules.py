"""When figures about a quiz say something, and what states and events of an attempt are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

STATE_NAMES = {
    "open": _l("Open"),
    "over": _l("Open, its time is over"),
    "waiting": _l("Waits for a marker"),
    "marked": _l("Handed in and marked"),
}
KIND_NAMES = {
    "question": _l("Question"),
    "mistake": _l("Mistake in the text"),
    "translation": _l("Mistake in the translation"),
}
"""What a message about a step is."""

EVENT_NAMES = {
    "start_attempt": _l("Began"),
    "extend_attempt": _l("Lengthened the time"),
    "submit_attempt": _l("Handed in"),
    "mark_attempt": _l("The marks were settled"),
    "mark_answer": _l("Marked an answer"),
    "change_mark": _l("Changed the mark of an answer"),
    "change_score": _l("The score was changed"),
    "end_attempt": _l("Ended by staff"),
    "reopen_attempt": _l("Opened again"),
    "keep_pass": _l("An officer kept the pass"),
    "withdraw_pass": _l("An officer withdrew the pass"),
}
"""What is told of an attempt in its timeline, by the action in the log."""

ENOUGH = 10
"""Answers below which a share or a mean would mislead."""


def missing(count: int) -> int:
    """Return how many answers are missing until figures are shown; 0 when there are enough."""
    return max(0, ENOUGH - count)


def tolerance_words(structure: Mapping[str, Any]) -> str:
    """Say how far from the right number an answer may be: "± 5", "± 5 %", or nothing."""
    tolerance = structure.get("tolerance", 0)
    if not tolerance:
        return ""
    if structure.get("tolerance_kind") == "relative":
        return f"± {100 * tolerance:g} %"
    return f"± {tolerance:g}"
