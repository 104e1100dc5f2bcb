"""A word or a few, typed."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from flask_babel import lazy_gettext as _l
from pydantic import Field

from lms.quizzes.items.comparing import empty_answers, is_same
from lms.quizzes.items.contract import (
    ItemStructure,
    ItemText,
    ItemType,
    NonBlank,
    Response,
    Table,
    Words,
)
from lms.quizzes.items.faults import Fault
from lms.quizzes.items.submitted import Submitted, as_typed, typed_line


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
        yield from empty_answers("structure", "correct", structure.correct)

    def text_faults(self, structure: ShortTextStructure, text: ShortTextText) -> Iterable[Fault]:
        yield from empty_answers("text", "accepted", text.accepted)

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

    def describe_key(self, structure: Table, text: Table) -> list[Words]:
        return [*self.read_structure(structure).correct, *self.read_text(text).accepted]

    def describe_correct(self, structure: Table, text: Table) -> list[Words]:
        in_this_language = self.read_text(text).accepted
        return [*in_this_language[:1]] or [self.correct_response(structure)]
