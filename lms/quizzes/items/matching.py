"""Pairs: each stem belongs to one of the options, and an option may be left over or serve twice."""

from typing import Annotated, Literal

from pydantic import Field

from lms.quizzes.items.assigning import Assigning, AssigningStructure
from lms.quizzes.items.contract import Id, ItemText, NonBlank


class MatchingStructure(AssigningStructure):
    type: Literal["matching"]
    stems: Annotated[list[Id], Field(min_length=2)]
    options: Annotated[list[Id], Field(min_length=2)]


class MatchingText(ItemText):
    stems: dict[Id, NonBlank]
    options: dict[Id, NonBlank]


class Matching(Assigning[MatchingStructure, MatchingText]):
    """Options that are left over keep the last pair from being known by the others.

    Source: QTI 3.0, ``qti-match-interaction`` with each source in one association.
    """

    structure_model = MatchingStructure
    text_model = MatchingText
    part_field, choice_field = "stems", "options"

    def read_parts(self, structure: MatchingStructure) -> list[str]:
        return structure.stems

    def read_choices(self, structure: MatchingStructure) -> list[str]:
        return structure.options
