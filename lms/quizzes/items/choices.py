"""What items share that are answered by choosing: options with words of their own."""

from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

from pydantic import Field

from lms.quizzes.items.contract import (
    Feedback,
    Id,
    ItemStructure,
    ItemText,
    ItemType,
    NonBlank,
    Remark,
    Response,
    Table,
    Words,
)
from lms.quizzes.items.faults import Fault, repeated


class KeyedStructure(ItemStructure):
    """Which options are right."""

    correct: Annotated[list[Id], Field(min_length=1)]

    @property
    def option_ids(self) -> list[str]:
        """The options in the order they are written."""
        raise NotImplementedError


class ChoiceStructure(KeyedStructure):
    """Options that are words and nothing more."""

    options: Annotated[list[Id], Field(min_length=2)]

    @property
    def option_ids(self) -> list[str]:
        return self.options


class ChoiceText(ItemText):
    """The words of the options, by option id."""

    options: dict[Id, NonBlank]
    option_feedback: dict[Id, NonBlank] = {}


KeyedT = TypeVar("KeyedT", bound=KeyedStructure)
ChoiceTextT = TypeVar("ChoiceTextT", bound=ChoiceText)


class Choice(ItemType[KeyedT, ChoiceTextT]):
    """Items answered by choosing among options."""

    is_shuffled = True
    is_choice = True

    def structure_faults(self, structure: KeyedT) -> Iterable[Fault]:
        yield from repeated("options", structure.option_ids)
        yield from repeated("correct", structure.correct)
        for option in structure.correct:
            if option not in structure.option_ids:
                what = f'"{option}" is not among the options.'
                yield Fault("structure", "correct", what, "Write the id of one of the options.")

    def text_faults(self, structure: KeyedT, text: ChoiceTextT) -> Iterable[Fault]:
        yield from _missing_words(structure, text)
        yield from _unknown_options(structure, "options", text.options)
        yield from _unknown_options(structure, "option_feedback", text.option_feedback)
        yield from _same_words(text)

    def options(self, structure: Table, text: Table) -> list[tuple[str, Words]]:
        words = self.read_text(text).options
        return [
            (option, words.get(option, option))
            for option in self.read_structure(structure).option_ids
        ]

    def describe(self, structure: Table, text: Table, response: Response | None) -> list[Words]:
        words = self.read_text(text).options
        return [words.get(option, option) for option in chosen(response)]

    def feedback(self, structure: Table, text: Table, response: Response | None) -> Feedback:
        words = self.read_text(text)
        remarks = words.option_feedback
        return Feedback(
            words.feedback,
            tuple(
                Remark(option, words.options.get(option, option), remarks[option])
                for option in chosen(response)
                if option in remarks
            ),
        )


def chosen(response: Any) -> list[str]:
    """List the options of a response; none when it is not a choice at all."""
    if isinstance(response, str):
        return [response]
    if not isinstance(response, list):
        return []
    return [option for option in response if isinstance(option, str)]


def _missing_words(structure: KeyedStructure, text: ChoiceText) -> Iterable[Fault]:
    for option in dict.fromkeys(structure.option_ids):
        if option not in text.options:
            repair = f'Add a line {option} = "..." to the options of this item.'
            yield Fault("text", f"options.{option}", "This option has no words.", repair)


def _unknown_options(
    structure: KeyedStructure, field: str, words: dict[str, str]
) -> Iterable[Fault]:
    for option in words:
        if option not in structure.option_ids:
            what = "The item has no such option."
            yield Fault("text", f"{field}.{option}", what, "Remove it, or correct the id.")


def _same_words(text: ChoiceText) -> Iterable[Fault]:
    first_with: dict[str, str] = {}
    for option, words in text.options.items():
        first = first_with.setdefault(" ".join(words.split()), option)
        if first != option:
            what = f"It says the same as option {first}."
            yield Fault("text", f"options.{option}", what, "Give each option words of its own.")
