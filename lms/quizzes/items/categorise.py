"""Things to sort: each goes into one of the categories, of which each may take any number."""

from typing import Annotated, Literal

from pydantic import Field

from lms.quizzes.items.contract import Id, ItemText, NonBlank
from lms.quizzes.items.in_parts import Assigning, AssigningStructure


class CategoriseStructure(AssigningStructure):
    type: Literal["categorise"]
    options: Annotated[list[Id], Field(min_length=2)]
    categories: Annotated[list[Id], Field(min_length=2)]


class CategoriseText(ItemText):
    options: dict[Id, NonBlank]
    categories: dict[Id, NonBlank]


class Categorise(Assigning[CategoriseStructure, CategoriseText]):
    """The things are shuffled; the categories stand as written, for many have an order of their own."""

    structure_model = CategoriseStructure
    text_model = CategoriseText
    part_field, choice_field = "options", "categories"

    def read_parts(self, structure: CategoriseStructure) -> list[str]:
        return structure.options

    def read_choices(self, structure: CategoriseStructure) -> list[str]:
        return structure.categories
