"""What matching, categorise and ordering share: each part of the answer is given one of several choices."""

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
    Pair,
    Response,
    Table,
    Words,
)
from lms.quizzes.items.faults import Fault, repeated
from lms.quizzes.items.submitted import PART, Submitted, chosen_option

StructureT = TypeVar("StructureT", bound=ItemStructure)
TextT = TypeVar("TextT", bound=ItemText)


class InParts(ItemType[StructureT, TextT]):
    """The response is a table: part to choice; parts without one are left out."""

    part_field: ClassVar[str]  # what the parts are called in a course

    @abstractmethod
    def read_parts(self, structure: StructureT) -> list[str]:
        """List the ids of the parts, as written."""

    @abstractmethod
    def read_choices(self, structure: StructureT) -> list[str]:
        """List what a part may be given, as written."""

    def parts(self, structure: Table, text: Table) -> list[tuple[str, str]]:
        """List id and words of each part, as written."""
        parts = self.read_parts(self.read_structure(structure))
        return worded(self.read_text(text), self.part_field, parts)

    def parse(self, structure: Table, submitted: Submitted) -> dict[str, str] | None:
        item = self.read_structure(structure)
        choices = self.read_choices(item)
        chosen = {
            part: chosen_option(submitted, choices, PART + part) for part in self.read_parts(item)
        }
        return {part: choice for part, choice in chosen.items() if choice is not None} or None

    def given(self, structure: StructureT, response: Response | None) -> dict[str, str]:
        """Give what a response says of the parts, and nothing that this item could not have."""
        given = response if isinstance(response, dict) else {}
        choices = self.read_choices(structure)
        return {
            part: given[part]
            for part in self.read_parts(structure)
            if part in given and given[part] in choices
        }

    def is_complete(self, structure: Table, response: Response | None) -> bool:
        item = self.read_structure(structure)
        return len(self.given(item, response)) == len(self.read_parts(item))


class AssigningStructure(ItemStructure):
    correct: dict[Id, Id]  # part -> choice
    partial: bool = False  # whether each part earns its share


AssigningT = TypeVar("AssigningT", bound=AssigningStructure)


class Assigning(InParts[AssigningT, TextT]):
    """Items whose choices have words of their own and may serve several parts."""

    nothing_given = _l("Choose an answer for each line")
    choice_field: ClassVar[str]  # what the choices are called in a course

    def structure_faults(self, structure: AssigningT) -> Iterable[Fault]:
        parts, choices = self.read_parts(structure), self.read_choices(structure)
        yield from repeated(self.part_field, parts)
        yield from repeated(self.choice_field, choices)
        for part in dict.fromkeys(parts):
            if part not in structure.correct:
                repair = f'Add {part} = "..." to the key, with one of the {self.choice_field}.'
                yield Fault("structure", f"correct.{part}", "It has no right answer.", repair)
        for part, choice in structure.correct.items():
            if part not in parts:
                what = f'"{part}" is not among the {self.part_field}.'
                yield Fault("structure", f"correct.{part}", what, "Remove it, or correct the id.")
            elif choice not in choices:
                what = f'"{choice}" is not among the {self.choice_field}.'
                yield Fault("structure", f"correct.{part}", what, "Write the id of one of them.")

    def text_faults(self, structure: AssigningT, text: TextT) -> Iterable[Fault]:
        yield from word_faults(text, self.part_field, self.read_parts(structure))
        yield from word_faults(text, self.choice_field, self.read_choices(structure))

    def choices(self, structure: Table, text: Table) -> list[tuple[str, str]]:
        """List id and words of what each part may be given, as written."""
        choices = self.read_choices(self.read_structure(structure))
        return worded(self.read_text(text), self.choice_field, choices)

    def mark(
        self, structure: Table, response: Response | None, texts: Sequence[Table] = ()
    ) -> float:
        """Give the point for all parts or, where the item says so, for each its share."""
        item = self.read_structure(structure)
        given = self.given(item, response)
        right = sum(given.get(part) == choice for part, choice in item.correct.items())
        return right / len(item.correct) if item.partial else float(right == len(item.correct))

    def correct_response(self, structure: Table) -> dict[str, str]:
        item = self.read_structure(structure)
        return {part: item.correct[part] for part in self.read_parts(item)}

    def left_over(self, structure: Table, text: Table) -> list[Words]:
        right = self.correct_response(structure).values()
        return [words for choice, words in self.choices(structure, text) if choice not in right]

    def with_key(self, structure: Table, response: Response) -> Table:
        if not self.is_complete(structure, response):
            raise NoKey
        return {**structure, "correct": response}

    def describe(self, structure: Table, text: Table, response: Response | None) -> list[Words]:
        given = self.given(self.read_structure(structure), response)
        words = dict(self.choices(structure, text))
        parts = self.parts(structure, text)
        return [Pair(label, words[given[part]]) for part, label in parts if part in given]

    def marked_parts(
        self,
        structure: Table,
        text: Table,
        response: Response | None,
        texts: Sequence[Table] = (),
    ) -> list[MarkedPart]:
        item = self.read_structure(structure)
        given, words = self.given(item, response), dict(self.choices(structure, text))
        return [
            MarkedPart(
                Pair(label, words[given[part]] if part in given else _l("not answered")),
                is_right=given.get(part) == item.correct[part],
            )
            for part, label in self.parts(structure, text)
        ]


def worded(text: ItemText, field: str, ids: Iterable[str]) -> list[tuple[str, str]]:
    """Put each id beside its words."""
    words: dict[str, Any] = getattr(text, field)
    return [(one, words.get(one, one)) for one in ids]


def word_faults(text: ItemText, field: str, ids: Sequence[str]) -> Iterable[Fault]:
    """Find ids without words, words without an id, and words that stand twice."""
    words: dict[str, str] = getattr(text, field)
    for one in dict.fromkeys(ids):
        if one not in words:
            repair = f'Add a line {one} = "..." to the {field} of this item.'
            yield Fault("text", f"{field}.{one}", "It has no words.", repair)
    first_with: dict[str, str] = {}
    for one, said in words.items():
        if one not in ids:
            what = f"The item has no {one} among its {field}."
            yield Fault("text", f"{field}.{one}", what, "Remove it, or correct the id.")
        first = first_with.setdefault(" ".join(said.split()), one)
        if first != one:
            what = f"It says the same as {first}."
            yield Fault("text", f"{field}.{one}", what, "Give each words of its own.")
