"""What a person marks: criteria, each with levels in words."""

from collections.abc import Iterable, Sequence
from typing import Annotated, TypeVar

from pydantic import Field

from lms.quizzes.items.contract import (
    Id,
    ItemModel,
    ItemStructure,
    ItemText,
    ItemType,
    NonBlank,
    Response,
    Table,
)
from lms.quizzes.items.faults import Fault

HighestLevel = Annotated[int, Field(ge=1, le=10)]


class RubricStructure(ItemStructure):
    """Criteria, each with its highest level; levels count from 0."""

    rubric: Annotated[dict[Id, HighestLevel], Field(min_length=1, max_length=10)]


class Criterion(ItemModel):
    title: NonBlank
    levels: Annotated[list[NonBlank], Field(min_length=2)]  # what each level means, from 0 on


class RubricText(ItemText):
    """The words of the criteria, by criterion."""

    rubric: dict[Id, Criterion]


RubricT = TypeVar("RubricT", bound=RubricStructure)


class MarkedByPerson(ItemType[RubricT, RubricText]):
    """Items that a person marks by a rubric; no rule can say how good an answer is."""

    text_model = RubricText
    is_marked_by_person = True
    is_in_own_words = True

    def text_faults(self, structure: RubricT, text: RubricText) -> Iterable[Fault]:
        for criterion, highest in structure.rubric.items():
            yield from _level_faults(criterion, highest, text)
        for criterion in text.rubric:
            if criterion not in structure.rubric:
                what = "The rubric has no such criterion."
                yield Fault("text", f"rubric.{criterion}", what, "Remove it, or correct the id.")

    def mark(
        self, structure: Table, response: Response | None, texts: Sequence[Table] = ()
    ) -> float:
        return 0.0

    def correct_response(self, structure: Table) -> None:
        return None


def _level_faults(criterion: str, highest: int, text: RubricText) -> Iterable[Fault]:
    words = text.rubric.get(criterion)
    if words is None:
        repair = f"Add [<item>.rubric.{criterion}] with title and levels."
        yield Fault("text", f"rubric.{criterion}", "This criterion has no words.", repair)
    elif len(words.levels) != highest + 1:
        what = f"It has words for {len(words.levels)} levels, but levels go from 0 to {highest}."
        repair = f"Write {highest + 1} of them, the lowest first."
        yield Fault("text", f"rubric.{criterion}.levels", what, repair)
