"""Things to put in order: each is given its place."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Annotated, Literal, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from lms.quizzes.items.contract import (
    Id,
    ItemStructure,
    ItemText,
    MarkedPart,
    Neighbours,
    NoKey,
    NonBlank,
    Placed,
    Response,
    Table,
    Words,
)
from lms.quizzes.items.faults import Fault, repeated
from lms.quizzes.items.in_parts import InParts, word_faults

T = TypeVar("T")


class OrderingStructure(ItemStructure):
    type: Literal["ordering"]
    # It never stands in the right order, and of two things there would be only one other.
    options: Annotated[list[Id], Field(min_length=3)]
    correct: list[Id]  # the options in their order
    partial: bool = False  # whether each two neighbours in the right order earn their share


class OrderingText(ItemText):
    options: dict[Id, NonBlank]


class Ordering(InParts[OrderingStructure, OrderingText]):
    """The response is a table: option to its place, "1" for the first; what has none is left out.

    Two options may have one place for a while: whoever moves things about has to begin somewhere,
    and what was saved on the way is kept. It is no answer yet.
    """

    structure_model = OrderingStructure
    text_model = OrderingText
    part_field = "options"
    script = "ordering.js"
    nothing_given = _l("Choose a place for each line")

    def read_parts(self, structure: OrderingStructure) -> list[str]:
        return structure.options

    def read_choices(self, structure: OrderingStructure) -> list[str]:
        return [str(place) for place in range(1, len(structure.options) + 1)]

    def structure_faults(self, structure: OrderingStructure) -> Iterable[Fault]:
        yield from repeated("options", structure.options)
        yield from repeated("correct", structure.correct)
        repair = "Write each option once, in the right order."
        for option in dict.fromkeys(structure.options):
            if option not in structure.correct:
                yield Fault("structure", "correct", f'"{option}" has no place in it.', repair)
        for option in dict.fromkeys(structure.correct):
            if option not in structure.options:
                yield Fault("structure", "correct", f'"{option}" is not among the options.', repair)

    def text_faults(self, structure: OrderingStructure, text: OrderingText) -> Iterable[Fault]:
        yield from word_faults(text, "options", structure.options)

    def places(self, structure: Table) -> list[tuple[str, str]]:
        """List the places there are, each as it is sent and as it is read."""
        return [(place, place) for place in self.read_choices(self.read_structure(structure))]

    def as_placed(
        self, structure: Table, things: list[tuple[str, T]], response: Response | None
    ) -> list[tuple[str, T]]:
        """Put things where a response puts them, once it gives each a place of its own."""
        order = self._order(structure, response)
        return sorted(things, key=lambda thing: order.index(thing[0])) if order else things

    def is_complete(self, structure: Table, response: Response | None) -> bool:
        return self._order(structure, response) is not None

    def warning(self, structure: Table, response: Response | None) -> str:
        places = Counter(self.given(self.read_structure(structure), response).values())
        if all(count == 1 for count in places.values()):
            return ""
        return _("Two lines have the same place. Give each a place of its own.")

    def mark(
        self, structure: Table, response: Response | None, texts: Sequence[Table] = ()
    ) -> float:
        """Give the point for the right order.

        With ``partial``, each two neighbours that follow one another as they should earn their
        share, so that one thing at a wrong place costs little. An answer that is not a whole order
        earns nothing.

        Source: Moodle's question type "ordering", grading "relative to the next item (excluding
        last)".
        """
        item, order = self.read_structure(structure), self._order(structure, response)
        right = _neighbours(item.correct) & _neighbours(order or [])
        if item.partial:
            return len(right) / (len(item.correct) - 1)
        return float(order == item.correct)

    def correct_response(self, structure: Table) -> dict[str, str]:
        correct = self.read_structure(structure).correct
        return {option: str(place) for place, option in enumerate(correct, 1)}

    def with_key(self, structure: Table, response: Response) -> Table:
        order = self._order(structure, response)
        if order is None:
            raise NoKey
        return {**structure, "correct": order}

    def describe(self, structure: Table, text: Table, response: Response | None) -> list[Words]:
        """Name what has a place, by its place."""
        words = self.read_text(text).options
        given = self.given(self.read_structure(structure), response)
        by_place = sorted(given.items(), key=lambda pair: int(pair[1]))
        return [Placed(place, words.get(option, option)) for option, place in by_place]

    def marked_parts(
        self,
        structure: Table,
        text: Table,
        response: Response | None,
        texts: Sequence[Table] = (),
    ) -> list[MarkedPart]:
        """Say of each two neighbours whether they follow one another: that is what earns."""
        words, right = self.read_text(text).options, self.read_structure(structure).correct
        order = self._order(structure, response) or []
        return [
            MarkedPart(
                Neighbours(words.get(one, one), words.get(after, after)),
                is_right=(one, after) in _neighbours(right),
            )
            for one, after in pairwise(order)
        ]

    def _order(self, structure: Table, response: Response | None) -> list[str] | None:
        """Return the options in the order of a response; None where it is not a whole order."""
        item = self.read_structure(structure)
        given = self.given(item, response)
        if len(set(given.values())) < len(item.options):
            return None
        return sorted(given, key=lambda option: int(given[option]))


def _neighbours(order: list[str]) -> set[tuple[str, str]]:
    return set(pairwise(order))
