"""A text of some length, marked by a person."""

from collections.abc import Iterable
from typing import Annotated, Literal

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from pydantic import Field

from lms.quizzes.items.contract import Response, Table, Words
from lms.quizzes.items.faults import Fault
from lms.quizzes.items.rubric import MarkedByPerson, RubricStructure
from lms.quizzes.items.submitted import Submitted, as_typed, typed_text

WordCount = Annotated[int, Field(ge=1, le=3000)]  # as many as MAX_TEXT_CHARS hold


class EssayStructure(RubricStructure):
    type: Literal["essay"]
    min_words: WordCount | None = None
    max_words: WordCount | None = None


class Essay(MarkedByPerson[EssayStructure]):
    """The response is what was written. Too many words are told, never cut off."""

    structure_model = EssayStructure
    nothing_given = _l("Write an answer")

    def structure_faults(self, structure: EssayStructure) -> Iterable[Fault]:
        least, most = structure.min_words, structure.max_words
        if least is not None and most is not None and least > most:
            what = f"At least {least} and at most {most} words cannot both be."
            yield Fault("structure", "min_words", what, "Write the smaller number here.")

    def parse(self, structure: Table, submitted: Submitted) -> str | None:
        return typed_text(submitted)

    def as_typed(self, submitted: Submitted) -> str:
        return as_typed(submitted)

    def describe(self, structure: Table, text: Table, response: Response | None) -> list[Words]:
        return [response] if isinstance(response, str) else []

    def warning(self, structure: Table, response: Response | None) -> str:
        if not isinstance(response, str):
            return ""
        shape, count = self.read_structure(structure), len(response.split())
        if shape.min_words is not None and count < shape.min_words:
            return ngettext(
                "Your answer has %(num)d word; at least %(least)d are asked for. It is saved all the same.",
                "Your answer has %(num)d words; at least %(least)d are asked for. It is saved all the same.",
                count,
                least=shape.min_words,
            )
        if shape.max_words is not None and count > shape.max_words:
            return ngettext(
                "Your answer has %(num)d word; at most %(most)d are asked for. It is saved all the same.",
                "Your answer has %(num)d words; at most %(most)d are asked for. It is saved all the same.",
                count,
                most=shape.max_words,
            )
        return ""
