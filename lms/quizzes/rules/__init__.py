"""What a quiz decides: which items, in what order, how good, how long, and whether at all.

Pure: no clock, no database; whoever asks brings the time.
"""

from lms.quizzes.rules.drawing import BankItem, BankTooSmall, Draw, draw, order_options
from lms.quizzes.rules.points import Number, Score, is_pass, points_needed, score
from lms.quizzes.rules.timing import (
    GRACE,
    AttemptState,
    Permission,
    Refusal,
    deadline,
    extra_time,
    may_start,
    seconds_left,
    state,
)

__all__ = [
    "GRACE",
    "AttemptState",
    "BankItem",
    "BankTooSmall",
    "Draw",
    "Number",
    "Permission",
    "Refusal",
    "Score",
    "deadline",
    "draw",
    "extra_time",
    "is_pass",
    "may_start",
    "order_options",
    "points_needed",
    "score",
    "seconds_left",
    "state",
]
