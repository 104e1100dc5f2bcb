"""What matching and categorise share: each part of the answer is given one of several choices."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, TypeVar

from flask_babel import lazy_gettext as _l

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


class AssigningStructure(ItemStructure):
    correct: dict[Id, Id]  # part -> choice
    partial: bool = False  # whether each part earns its share


StructureT = TypeVar("StructureT", bound=AssigningStructure)
TextT = TypeVar("TextT", bound=ItemText)


class Assigning(ItemType[StructureT, TextT]):
    """The response is a table: part to choice; parts without one are left out."""

    nothing_given = _l("Choose an answer for each line")
    part_field: ClassVar[str]  # what the parts are called in a course
    choice_field: ClassVar[str]

    @abstractmethod
    def read_parts(self, structure: StructureT) -> list[str]:
        """List the parts, as written."""

    @abstractmethod
    def read_choices(self, structure: StructureT) -> list[str]:
        """List what a part may be given, as written."""

    def structure_faults(self, structure: StructureT) -> Iterable[Fault]:
        parts, choices = self.read_parts(structure), self.read_choices(structure)
        yield from repeated(self.part_field, parts)
        yield from repeated(self.choice_field, choices)
        for part in parts:
            if part not in structure.correct:
                repair = f"Add a line {part} = ... to [items.correct]."
                yield Fault("structure", f"correct.{part}", "This part has no key.", repair)
        for part, choice in structure.correct.items():
            if part not in parts:
                what = f'"{part}" is not among the {self.part_field}.'
                yield Fault("structure", f"correct.{part}", what, "Remove it, or correct the id.")
            elif choice not in choices:
                what = f'"{choice}" is not among the {self.choice_field}.'
                yield Fault("structure", f"correct.{part}", what, "Write the id of one of them.")

    def text_faults(self, structure: StructureT, text: TextT) -> Iterable[Fault]:
        yield from word_faults(self.part_field, self.read_parts(structure), text)
        yield from word_faults(self.choice_field, self.read_choices(structure), text)

    def parts(self, structure: Table, text: Table) -> list[tuple[str, str]]:
        """List id and words of each part, as written."""
        return self._worded(self.read_parts(self.read_structure(structure)), self.part_field, text)

    def choices(self, structure: Table, text: Table) -> list[tuple[str, str]]:
        """List id and words of what each part may be given, as written."""
        choices = self.read_choices(self.read_structure(structure))
        return self._worded(choices, self.choice_field, text)

    def _worded(self, ids: list[str], field: str, text: Table) -> list[tuple[str, str]]:
        words = getattr(self.read_text(text), field)
        return [(one, words.get(one, one)) for one in ids]

    def parse(self, structure: Table, submitted: Submitted) -> dict[str, str] | None:
        item = self.read_structure(structure)
        choices = self.read_choices(item)
        chosen = {
            part: chosen_option(submitted, choices, PART + part) for part in self.read_parts(item)
        }
        return {part: choice for part, choice in chosen.items() if choice is not None} or None

    def is_complete(self, structure: Table, response: Response | None) -> bool:
        return given(response).keys() >= set(self.read_parts(self.read_structure(structure)))

    def mark(
        self, structure: Table, response: Response | None, texts: Sequence[Table] = ()
    ) -> float:
        """Give the point for all parts or, where the item says so, for each its share."""
        item, chosen = self.read_structure(structure), given(response)
        right = sum(chosen.get(part) == choice for part, choice in item.correct.items())
        return right / len(item.correct) if item.partial else float(right == len(item.correct))

    def correct_response(self, structure: Table) -> dict[str, str]:
        return dict(self.read_structure(structure).correct)

    def with_key(self, structure: Table, response: Response) -> Table:
        if not self.is_complete(structure, response):
            raise NoKey
        return {**structure, "correct": response}

    def describe(self, structure: Table, text: Table, response: Response | None) -> list[Words]:
        return [one.words for one in self.marked_parts(structure, text, response) if one.is_given]

    def marked_parts(
        self, structure: Table, text: Table, response: Response | None
    ) -> list[MarkedPart]:
        correct, chosen = self.read_structure(structure).correct, given(response)
        words = dict(self.choices(structure, text))
        return [
            MarkedPart(
                f"{label} → {words.get(str(chosen.get(part)), '…')}",
                is_right=chosen.get(part) == correct.get(part),
                is_given=part in chosen,
            )
            for part, label in self.parts(structure, text)
        ]


def given(response: Response | None) -> dict[str, Any]:
    """Give the parts of a response; none when it is not one in parts at all."""
    return response if isinstance(response, dict) else {}


def word_faults(field: str, ids: Sequence[str], text: ItemText) -> Iterable[Fault]:
    """Find ids without words, words without an id, and words that stand twice."""
    words: dict[str, NonBlank] = getattr(text, field)
    for one in dict.fromkeys(ids):
        if one not in words:
            repair = f'Add a line {one} = "..." to the {field} of this item.'
            yield Fault("text", f"{field}.{one}", "This has no words.", repair)
    first_with: dict[str, str] = {}
    for one, said in words.items():
        if one not in ids:
            what = "The item has no such part."
            yield Fault("text", f"{field}.{one}", what, "Remove it, or correct the id.")
        first = first_with.setdefault(" ".join(said.split()), one)
        if first != one:
            what = f"It says the same as {first}."
            yield Fault("text", f"{field}.{one}", what, "Give each words of its own.")
