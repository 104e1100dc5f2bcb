"""A statement that is true or false."""

from collections.abc import Sequence
from typing import Literal

from flask_babel import lazy_gettext as _l

from lms.quizzes.items.contract import ItemStructure, ItemText, ItemType, Response, Table, Words
from lms.quizzes.items.submitted import Submitted, chosen_option

# The interface has these words in every language; a course need not repeat them in each item.
ANSWERS: dict[str, Words] = {"true": _l("True"), "false": _l("False")}


class TrueFalseStructure(ItemStructure):
    type: Literal["true_false"]
    correct: bool


class TrueFalse(ItemType[TrueFalseStructure, ItemText]):
    """The response is a boolean; in a form it is ``true`` or ``false``."""

    structure_model = TrueFalseStructure
    text_model = ItemText
    is_choice = True

    def options(self, structure: Table, text: Table) -> list[tuple[str, Words]]:
        return list(ANSWERS.items())

    def parse(self, structure: Table, submitted: Submitted) -> bool | None:
        option = chosen_option(submitted, list(ANSWERS))
        return None if option is None else option == "true"

    def mark(
        self, structure: Table, response: Response | None, texts: Sequence[Table] = ()
    ) -> float:
        return float(response is self.correct_response(structure))

    def correct_response(self, structure: Table) -> bool:
        return self.read_structure(structure).correct

    def with_key(self, structure: Table, response: Response) -> Table:
        return {**structure, "correct": response}

    def describe(self, structure: Table, text: Table, response: Response | None) -> list[Words]:
        if not isinstance(response, bool):
            return []
        return [ANSWERS["true" if response else "false"]]
