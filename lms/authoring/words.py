"""What figures mean, and what to do about them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.quizzes.rules.analysis import Flag, Raised, Third
from lms.quizzes.rules.fairness import Effect

FLAGS = {
    Flag.STRONG_CHOOSE_WRONG: _l("Strong learners choose %(option)s: check the key."),
    Flag.AGAINST_THE_REST: _l(
        "Who does well elsewhere gets this wrong: check the key, then look for a second meaning."
    ),
    Flag.NOT_WITH_THE_REST: _l(
        "The answer does not go with the rest: is it clear, and does the course teach it?"
    ),
    Flag.TOO_HARD: _l("Almost nobody is right: check the key, then the step it rests on."),
    Flag.TOO_EASY: _l("Almost everybody is right: too easy to tell people apart."),
    Flag.DEAD_OPTION: _l(
        "Almost nobody chooses %(option)s: write what people really believe, or leave it out."
    ),
}
THIRDS = {
    Third.TOP: _l("Top third"),
    Third.MIDDLE: _l("Middle third"),
    Third.BOTTOM: _l("Bottom third"),
}
EFFECTS = {
    Effect.A: _l("No difference that matters."),
    Effect.B: _l("Some difference: read both texts side by side."),
    Effect.C: _l("A large difference: the translation or the example is not fair."),
}


def flag_words(raised: Raised) -> str:
    """Say what is odd about an item and what to do."""
    return str(FLAGS[raised.flag]) % {"option": raised.option}


def every_flag() -> dict[Flag, str]:
    """Say what each flag says, of an option X where it is about one."""
    return {flag: flag_words(Raised(flag, "X")) for flag in Flag}
