"""What a quiz decides: which items, in what order, how good, how long, and whether at all.

Pure: no clock, no database; whoever asks brings the time.
"""

from lms.quizzes.rules.drawing import BankItem, BankTooSmall, Draw, draw, order_options
from lms.quizzes.rules.points import (
    Number,
    Result,
    Score,
    counting,
    is_pass,
    points_needed,
    result,
    score,
)
from lms.quizzes.rules.timing import (
    ALWAYS,
    GRACE,
    MOST_EXTENSIONS,
    AttemptState,
    Extension,
    Permission,
    Refusal,
    Window,
    deadline,
    extension,
    extra_time,
    later,
    may_see_answers,
    may_start,
    retry_at,
    seconds_left,
    state,
)

__all__ = [
    "ALWAYS",
    "GRACE",
    "MOST_EXTENSIONS",
    "AttemptState",
    "BankItem",
    "BankTooSmall",
    "Draw",
    "Extension",
    "Number",
    "Permission",
    "Refusal",
    "Result",
    "Score",
    "Window",
    "counting",
    "deadline",
    "draw",
    "extension",
    "extra_time",
    "is_pass",
    "later",
    "may_see_answers",
    "may_start",
    "order_options",
    "points_needed",
    "result",
    "retry_at",
    "score",
    "seconds_left",
    "state",
]
