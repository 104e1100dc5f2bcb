"""A word or a few, compared without what does not distinguish words."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from flask_babel import lazy_gettext as _l
from pydantic import Field

from lms.quizzes.items.contract import (
    ItemStructure,
    ItemText,
    ItemType,
    NonBlank,
    Response,
    Table,
    Words,
)
from lms.quizzes.items.faults import Fault, Part
from lms.quizzes.items.submitted import Submitted, as_typed, typed_line

# Uzbek writes oʻ and gʻ with whatever the keyboard has; ё is written as е; İ is i in capitals.
SAME = (
    dict.fromkeys(map(ord, "ʻʼʹ‘’‛`´′՚\uff07"), "'")
    | dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
    | dict.fromkeys(map(ord, '"“”„‟«»‹›「」『』《》'))
    | {ord("ё"): "е", ord("Ё"): "Е", ord("İ"): "i"}
)
INVISIBLE = "Cf"  # soft hyphens and joiners, pasted from a document
FULL_STOPS = ".。։ "


class ShortTextStructure(ItemStructure):
    type: Literal["short_text"]
    correct: Annotated[list[NonBlank], Field(min_length=1)]  # each of them is right


class ShortTextText(ItemText):
    accepted: list[NonBlank] = []  # what is right besides, in this language


class ShortText(ItemType[ShortTextStructure, ShortTextText]):
    """The response is what was typed."""

    structure_model = ShortTextStructure
    text_model = ShortTextText
    nothing_given = _l("Write an answer")

    def structure_faults(self, structure: ShortTextStructure) -> Iterable[Fault]:
        yield from _empty_answers("structure", "correct", structure.correct)

    def text_faults(self, structure: ShortTextStructure, text: ShortTextText) -> Iterable[Fault]:
        yield from _empty_answers("text", "accepted", text.accepted)

    def parse(self, structure: Table, submitted: Submitted) -> str | None:
        return typed_line(submitted)

    def as_typed(self, submitted: Submitted) -> str:
        return as_typed(submitted)

    def mark(
        self, structure: Table, response: Response | None, texts: Sequence[Table] = ()
    ) -> float:
        if not isinstance(response, str):
            return 0.0
        right = list(self.read_structure(structure).correct)
        for text in texts:
            right += self.read_text(text).accepted
        return float(any(is_same(response, answer) for answer in right))

    def correct_response(self, structure: Table) -> str:
        return self.read_structure(structure).correct[0]

    def with_key(self, structure: Table, response: Response) -> Table:
        """Accept one more answer; what was right stays right."""
        return {**structure, "correct": [*self.read_structure(structure).correct, response]}

    def describe(self, structure: Table, text: Table, response: Response | None) -> list[Words]:
        return [response] if isinstance(response, str) else []

    def describe_correct(self, structure: Table, text: Table) -> list[Words]:
        in_this_language = self.read_text(text).accepted
        return [*in_this_language[:1]] or [self.correct_response(structure)]


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


def _empty_answers(part: Part, field: str, answers: list[str]) -> Iterable[Fault]:
    for answer in answers:
        if not _fold(answer):
            what = f'Nothing of "{answer}" is left when answers are compared.'
            yield Fault(part, field, what, "Write a word, or remove it.")
