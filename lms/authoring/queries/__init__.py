"""What an instructor sees of the own courses: how learners did, never who they are."""

from __future__ import annotations

from lms.authoring.queries.cards import (
    ItemCard,
    ItemResult,
    QuizResults,
    item_cards,
    learner_counts,
    quiz_results,
)

__all__ = [
    "ItemCard",
    "ItemResult",
    "QuizResults",
    "item_cards",
    "learner_counts",
    "quiz_results",
]
