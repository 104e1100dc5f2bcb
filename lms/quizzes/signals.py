from __future__ import annotations

from blinker import Signal

attempt_marked = Signal()
"""Sent with the attempt once its score is known, inside the transaction that settles it."""

answers_marked = Signal()
"""Sent with the learner when people have marked an attempt, or changed a mark of it; ``quiz_title``,
``course_title``, ``page_path`` of the result and ``is_change``."""
