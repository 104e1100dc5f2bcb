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
from lms.authoring.queries.timeline import Moment, Timeline, timeline_of
from lms.authoring.queries.times import Takers, cohorts_taking, takers_of

__all__ = [
    "ItemCard",
    "ItemResult",
    "Moment",
    "QuizResults",
    "Takers",
    "Timeline",
    "cohorts_taking",
    "item_cards",
    "learner_counts",
    "quiz_results",
    "takers_of",
    "timeline_of",
]
