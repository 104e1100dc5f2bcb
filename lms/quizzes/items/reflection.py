"""A thought of one's own, kept for whoever wrote it and never scored."""

from typing import Literal

from flask_babel import lazy_gettext as _l

from lms.quizzes.items.contract import ItemStructure, ItemText, Response, Table, Words
from lms.quizzes.items.submitted import Submitted, as_typed, typed_text
from lms.quizzes.items.unscored import Unscored


class ReflectionStructure(ItemStructure):
    type: Literal["reflection"]


class Reflection(Unscored[ReflectionStructure, ItemText]):
    """The response is the text, its lines kept."""

    structure_model = ReflectionStructure
    text_model = ItemText
    is_in_own_words = True
    nothing_given = _l("Write an answer")

    def parse(self, structure: Table, submitted: Submitted) -> str | None:
        return typed_text(submitted)

    def as_typed(self, submitted: Submitted) -> str:
        return as_typed(submitted)

    def describe(self, structure: Table, text: Table, response: Response | None) -> list[Words]:
        return [response] if isinstance(response, str) else []
