"""A word or a few, compared without what does not distinguish words."""

import re
import unicodedata
from collections.abc import Iterable

from lms.quizzes.items.faults import Fault, Part

# Uzbek writes oʻ and gʻ with whatever the keyboard has; ё is written as е; İ is i in capitals.
SAME = (
    dict.fromkeys(map(ord, "ʻʼʹ‘’‛`´′՚\uff07"), "'")
    | dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
    | dict.fromkeys(map(ord, '"“”„‟«»‹›「」『』《》'))
    | {ord("ё"): "е", ord("Ё"): "Е", ord("İ"): "i"}
)
INVISIBLE = "Cf"  # soft hyphens and joiners, pasted from a document
FULL_STOPS = ".。։ "


def is_same(one: str, other: str) -> bool:
    """Say whether two answers are one, by all that a careful human reader would let pass.

    What passes: case, spaces, kinds of apostrophe and dash, ё for е, full-width forms, quotation
    marks around or inside, a full stop at the end. What never does: a mark that makes another
    letter, as in ı and i, ə and e, қ and к, й and и.
    """
    return not _readings(one).isdisjoint(_readings(other))


def _readings(text: str) -> set[str]:
    """Fold a text as most languages would, and as Azerbaijani would, where I is a capital ı."""
    return {_fold(text), _fold(text.replace("I", "ı"))}


def _fold(text: str) -> str:
    # Before NFKC, which turns ´ into a space with an accent, and after it, when ё is one letter.
    text = unicodedata.normalize("NFKC", text.translate(SAME)).translate(SAME)
    text = "".join(char for char in text if unicodedata.category(char) != INVISIBLE)
    text = unicodedata.normalize("NFKC", text.casefold())
    text = " ".join(text.split()).rstrip(FULL_STOPS)
    # One apostrophe at an end is a letter (togʻ); only a pair of them are quotation marks.
    quoted = re.fullmatch("'(.+)'", text)
    return quoted[1].strip().rstrip(FULL_STOPS) if quoted else text


def empty_answers(part: Part, field: str, answers: Iterable[str]) -> Iterable[Fault]:
    """Find accepted answers that any other would equal."""
    for answer in answers:
        if not _fold(answer):
            what = f'Nothing of "{answer}" is left when answers are compared.'
            yield Fault(part, field, what, "Write a word, or remove it.")
