"""Pairs: each stem belongs to one of the options."""

from typing import Annotated, Literal

from pydantic import Field

from lms.quizzes.items.contract import Id, ItemText, NonBlank
from lms.quizzes.items.in_parts import Assigning, AssigningStructure


class MatchingStructure(AssigningStructure):
    type: Literal["matching"]
    stems: Annotated[list[Id], Field(min_length=2)]
    options: Annotated[list[Id], Field(min_length=2)]


class MatchingText(ItemText):
    stems: dict[Id, NonBlank]
    options: dict[Id, NonBlank]


class Matching(Assigning[MatchingStructure, MatchingText]):
    """An option may be left over, or serve several stems.

    So the last pair cannot be told from the others, and no answer has to be refused or lost because
    one option was chosen twice.

    Source: QTI 3.0, ``qti-match-interaction``: ``match-max`` is 1 for each stem and 0 (any number)
    for each option.
    """

    structure_model = MatchingStructure
    text_model = MatchingText
    part_field, choice_field = "stems", "options"

    def read_parts(self, structure: MatchingStructure) -> list[str]:
        return structure.stems

    def read_choices(self, structure: MatchingStructure) -> list[str]:
        return structure.options
