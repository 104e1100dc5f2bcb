"""One right option among several."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from lms.quizzes.items.choices import Choice, ChoiceStructure, ChoiceText
from lms.quizzes.items.contract import Id, Response, Table
from lms.quizzes.items.submitted import Submitted, chosen_option


class SingleChoiceStructure(ChoiceStructure):
    type: Literal["single_choice"]
    correct: Annotated[list[Id], Field(min_length=1, max_length=1)]


class SingleChoice(Choice[SingleChoiceStructure, ChoiceText]):
    """The response is the id of the option."""

    structure_model = SingleChoiceStructure
    text_model = ChoiceText

    def parse(self, structure: Table, submitted: Submitted) -> str | None:
        return chosen_option(submitted, self.read_structure(structure).options)

    def mark(
        self, structure: Table, response: Response | None, texts: Sequence[Table] = ()
    ) -> float:
        return float(response == self.correct_response(structure))

    def correct_response(self, structure: Table) -> str:
        return self.read_structure(structure).correct[0]

    def with_key(self, structure: Table, response: Response) -> Table:
        return {**structure, "correct": [response]}
