"""Things to put in order: each is given its place."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from lms.quizzes.items.assigning import given, word_faults
from lms.quizzes.items.contract import (
    Id,
    ItemStructure,
    ItemText,
    ItemType,
    MarkedPart,
    NoKey,
    NonBlank,
    Response,
    Table,
    Words,
)
from lms.quizzes.items.faults import Fault, repeated
from lms.quizzes.items.submitted import PART, Submitted, chosen_option


class OrderingStructure(ItemStructure):
    type: Literal["ordering"]
    options: Annotated[list[Id], Field(min_length=2)]
    correct: list[Id]  # the options in their order
    partial: bool = False


class OrderingText(ItemText):
    options: dict[Id, NonBlank]


class Ordering(ItemType[OrderingStructure, OrderingText]):
    """The response is a table: option to its place, "1" for the first; what has none is left out.

    Two options may have one place for a while: whoever moves things about has to begin somewhere,
    and what was saved on the way is kept.
    """

    structure_model = OrderingStructure
    text_model = OrderingText
    nothing_given = _l("Choose a place for each line")

    def structure_faults(self, structure: OrderingStructure) -> Iterable[Fault]:
        yield from repeated("options", structure.options)
        yield from repeated("correct", structure.correct)
        if set(structure.correct) != set(structure.options):
            what = "It does not have the same ids as the options."
            yield Fault("structure", "correct", what, "Write each option once, in the right order.")

    def text_faults(self, structure: OrderingStructure, text: OrderingText) -> Iterable[Fault]:
        yield from word_faults("options", structure.options, text)

    def parts(self, structure: Table, text: Table) -> list[tuple[str, str]]:
        """List id and words of each thing, as written."""
        words = self.read_text(text).options
        return [(one, words.get(one, one)) for one in self.read_structure(structure).options]

    def choices(self, structure: Table, text: Table) -> list[tuple[str, str]]:
        """List the places there are, each as what is sent and what is read."""
        return [(place, place) for place in _places(self.read_structure(structure))]

    def parse(self, structure: Table, submitted: Submitted) -> dict[str, str] | None:
        item = self.read_structure(structure)
        chosen = {
            option: chosen_option(submitted, _places(item), PART + option)
            for option in item.options
        }
        return {option: place for option, place in chosen.items() if place is not None} or None

    def is_complete(self, structure: Table, response: Response | None) -> bool:
        return _in_order(structure, response) is not None

    def warning(self, structure: Table, response: Response | None) -> str:
        places = list(map(str, given(response).values()))
        if len(set(places)) == len(places):
            return ""
        return _("Two lines have the same place. Give each a place of its own.")

    def mark(
        self, structure: Table, response: Response | None, texts: Sequence[Table] = ()
    ) -> float:
        """Give the point for the right order.

        With ``partial``, each pair of neighbours that stand one right after the other as they
        should earns its share, so that one thing at a wrong place costs little.

        Source: Moodle's question type "ordering", grading "relative to the next item,
        excluding last".
        """
        item, places = self.read_structure(structure), _numbers(response)
        pairs = list(zip(item.correct, item.correct[1:], strict=False))
        right = sum(
            one in places and places.get(next_one) == places[one] + 1 for one, next_one in pairs
        )
        return right / len(pairs) if item.partial else float(right == len(pairs))

    def correct_response(self, structure: Table) -> dict[str, str]:
        correct = self.read_structure(structure).correct
        return {option: str(place) for place, option in enumerate(correct, 1)}

    def with_key(self, structure: Table, response: Response) -> Table:
        order = _in_order(structure, response)
        if order is None:
            raise NoKey
        return {**structure, "correct": order}

    def describe(self, structure: Table, text: Table, response: Response | None) -> list[Words]:
        return [one.words for one in self.marked_parts(structure, text, response)]

    def marked_parts(
        self, structure: Table, text: Table, response: Response | None
    ) -> list[MarkedPart]:
        """List what has a place, by its place."""
        words, places = self.read_text(text).options, _numbers(response)
        correct = self.read_structure(structure).correct
        known = sorted((place, one) for one, place in places.items() if one in correct)
        return [
            MarkedPart(f"{place}. {words.get(one, one)}", is_right=correct.index(one) + 1 == place)
            for place, one in known
        ]


def _places(structure: OrderingStructure) -> list[str]:
    return [str(place) for place in range(1, len(structure.options) + 1)]


def _numbers(response: Response | None) -> dict[str, int]:
    """Read the places of a response; what is no number has none."""
    return {
        option: int(place)
        for option, place in given(response).items()
        if isinstance(place, str) and place.isascii() and place.isdigit() and len(place) < 4
    }


def _in_order(structure: Table, response: Response | None) -> list[str] | None:
    """Return the options in the order of a response; None when it is not a whole order."""
    places = _numbers(response)
    order = sorted(places, key=places.__getitem__)
    is_whole = set(places.values()) == set(range(1, len(structure["options"]) + 1))
    return order if is_whole and set(order) == set(structure["options"]) else None
