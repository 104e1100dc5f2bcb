"""What an instructor sees of the own courses: how learners did, never who they are."""

from __future__ import annotations

from lms.authoring.queries.analysis import (
    HARDEST_FIRST,
    SORTS,
    QuizAnalysis,
    quiz_analysis,
    sorted_items,
)
from lms.authoring.queries.cards import ItemCard, item_cards, learner_counts
from lms.authoring.queries.fairness import Comparison, Fairness, LanguagePair, fairness_of
from lms.authoring.queries.gain import (
    CohortGain,
    PersonGain,
    gain_of_cohorts,
    gain_of_people,
    gain_settings,
)
from lms.authoring.queries.items import ItemFigures
from lms.authoring.queries.quiz import TaughtQuiz, taught_quiz
from lms.authoring.queries.timeline import Moment, Timeline, timeline_of
from lms.authoring.queries.times import Takers, cohorts_taking, takers_of

__all__ = [
    "HARDEST_FIRST",
    "SORTS",
    "CohortGain",
    "Comparison",
    "Fairness",
    "ItemCard",
    "ItemFigures",
    "LanguagePair",
    "Moment",
    "PersonGain",
    "QuizAnalysis",
    "Takers",
    "TaughtQuiz",
    "Timeline",
    "cohorts_taking",
    "fairness_of",
    "gain_of_cohorts",
    "gain_of_people",
    "gain_settings",
    "item_cards",
    "learner_counts",
    "quiz_analysis",
    "sorted_items",
    "takers_of",
    "taught_quiz",
    "timeline_of",
]
