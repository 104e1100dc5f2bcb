"""What items share that are asked for their own sake: no answer is right, so none earns anything."""

from collections.abc import Sequence

from lms.quizzes.items.contract import ItemType, Response, StructureT, Table, TextT


class Unscored(ItemType[StructureT, TextT]):
    """Items worth no points; they count neither as correct nor for the pass mark."""

    is_scored = False

    def mark(
        self, structure: Table, response: Response | None, texts: Sequence[Table] = ()
    ) -> float:
        return 0.0

    def correct_response(self, structure: Table) -> None:
        return None
