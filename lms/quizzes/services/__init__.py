"""What people do with quizzes: one function for each thing. Nothing here commits."""

from __future__ import annotations

from lms.quizzes.services.answers import (
    AnswerUnreadable,
    AttemptClosed,
    NothingGiven,
    Receipt,
    TimeIsOver,
    check_answer,
    flag,
    save_answer,
    sentence,
)
from lms.quizzes.services.attempts import (
    NoAttemptsLeft,
    QuizClosed,
    QuizNotYetOpen,
    TooEarly,
    hand_in,
    hand_in_overdue,
    settle,
    start_attempt,
    submit_attempt,
)
from lms.quizzes.services.extra_time import (
    LimitEssential,
    NoExtensionsLeft,
    extend,
    grant_extra_time,
)
from lms.quizzes.services.kept import forget_typed, keep_typed
from lms.quizzes.services.marking import (
    Given,
    LevelMissing,
    MarkedMeanwhile,
    OwnAnswer,
    ReasonMissing,
    SecondMarkerNeeded,
    mark_answer,
)
from lms.quizzes.services.scores import change_score
from lms.quizzes.services.windows import set_window

__all__ = [
    "AnswerUnreadable",
    "AttemptClosed",
    "Given",
    "LevelMissing",
    "LimitEssential",
    "MarkedMeanwhile",
    "NoAttemptsLeft",
    "NoExtensionsLeft",
    "NothingGiven",
    "OwnAnswer",
    "QuizClosed",
    "QuizNotYetOpen",
    "ReasonMissing",
    "Receipt",
    "SecondMarkerNeeded",
    "TimeIsOver",
    "TooEarly",
    "change_score",
    "check_answer",
    "extend",
    "flag",
    "forget_typed",
    "grant_extra_time",
    "hand_in",
    "hand_in_overdue",
    "keep_typed",
    "mark_answer",
    "save_answer",
    "sentence",
    "set_window",
    "settle",
    "start_attempt",
    "submit_attempt",
]
