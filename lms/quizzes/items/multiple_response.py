"""Every right option among several."""

from collections.abc import Sequence
from typing import Literal

from lms.quizzes.items.choices import Choice, ChoiceStructure, ChoiceText, chosen
from lms.quizzes.items.contract import Response, Table
from lms.quizzes.items.submitted import Submitted, chosen_options


class MultipleResponseStructure(ChoiceStructure):
    type: Literal["multiple_response"]
    partial: bool = False  # gives part of the point for part of the answer


class MultipleResponse(Choice[MultipleResponseStructure, ChoiceText]):
    """The response is the list of option ids, in the order of the options."""

    structure_model = MultipleResponseStructure
    text_model = ChoiceText

    def parse(self, structure: Table, submitted: Submitted) -> list[str] | None:
        return chosen_options(submitted, self.read_structure(structure).options) or None

    def mark(
        self, structure: Table, response: Response | None, texts: Sequence[Table] = ()
    ) -> float:
        """Give the point for exactly the right options.

        With ``partial``, each wrong option takes away what a right one gives, so that choosing
        everything earns nothing that was not known.
        """
        if not isinstance(response, list):
            return 0.0
        item = self.read_structure(structure)
        given, correct = set(chosen(response)), set(item.correct)
        if not item.partial:
            return float(given == correct)
        right, wrong = len(given & correct), len(given - correct)
        return max(0, right - wrong) / len(correct)

    def correct_response(self, structure: Table) -> list[str]:
        item = self.read_structure(structure)
        return [option for option in item.options if option in item.correct]

    def with_key(self, structure: Table, response: Response) -> Table:
        return {**structure, "correct": response}
