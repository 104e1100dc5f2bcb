"""What every item type promises: check, parse, mark, describe and explain.

Pure: tables and answers in, plain values out. A table is what a TOML file holds for one item: its
structure stands once, its text once per language (docs/course-format.md).
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeAlias, TypeVar

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from pydantic import BaseModel, ConfigDict, StringConstraints

from lms.quizzes.items.faults import Fault, read
from lms.quizzes.items.submitted import Submitted

Table: TypeAlias = Mapping[str, Any]
# Kept as JSON, as it is. A dict where an answer has parts: gap -> what stands in it.
Response: TypeAlias = str | bool | list[str] | dict[str, Any]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=80)]
StepPath = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*$")]
NonBlank = Annotated[str, StringConstraints(pattern=r"\S")]


@dataclass(frozen=True)
class Quantity:
    """A number with its unit; prints itself in the reader's language."""

    number: Decimal
    unit: str | None = None

    def __str__(self) -> str:
        # Four digits stay together: 1968 may be a year, and "1,968" never is one.
        pattern = "#,##0.##########" if abs(self.number) >= 10_000 else "0.##########"
        number = format_decimal(self.number, pattern)
        return f"{number}\N{NO-BREAK SPACE}{self.unit}" if self.unit else number


@dataclass(frozen=True)
class Pair:
    """Two things that an answer brings together; each language puts them together in its own way."""

    one: "Words"
    other: "Words"

    def __str__(self) -> str:
        return _("%(part)s: %(answer)s", part=self.one, answer=self.other)


class Placed(Pair):
    """A place, and what an answer puts there."""

    def __str__(self) -> str:
        return _("%(place)s. %(thing)s", place=self.one, thing=self.other)


class Neighbours(Pair):
    """What an answer puts one after the other."""

    def __str__(self) -> str:
        return _("%(thing)s, then %(next)s", thing=self.one, next=self.other)


# Prints itself in the reader's language. A LazyString is for words of the interface only: a page
# prints it unescaped, so nothing that an author or a learner wrote may be inside.
Words: TypeAlias = str | LazyString | Quantity | Pair


@dataclass(frozen=True)
class Remark:
    """Why an option that the learner chose is right or wrong."""

    option_id: str
    option: str
    remark: str


@dataclass(frozen=True)
class MarkedPart:
    """One part of an answer that has several, once the learner may know whether it is right."""

    words: Words
    is_right: bool


@dataclass(frozen=True)
class Feedback:
    """What a learner may read once the quiz shows it."""

    why: str
    remarks: tuple[Remark, ...] = ()


class ItemModel(BaseModel):
    """One table of a TOML file: nothing unknown in it, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ItemStructure(ItemModel):
    """What the items of every type have."""

    id: Id
    tags: list[Id] = []
    difficulty: Literal[1, 2, 3] | None = None  # 1 easy, 2 middle, 3 hard
    fact: Id | None = None
    step: StepPath | None = None  # where the answer can be read again


class ItemText(ItemModel):
    """What the items of every type say."""

    prompt: NonBlank
    feedback: NonBlank


class NoKey(ValueError):
    """There is no right answer to set: the item is never scored, or marked by people."""


StructureT = TypeVar("StructureT", bound=ItemStructure)
TextT = TypeVar("TextT", bound=ItemText)


class ItemType(ABC, Generic[StructureT, TextT]):
    """One kind of item. Keeps nothing: one instance serves every item of the kind."""

    structure_model: type[StructureT]
    text_model: type[TextT]
    is_shuffled: ClassVar[bool] = False  # whether its options may stand in another order
    is_scored: ClassVar[bool] = True  # False: asked for its own sake, worth no points
    # Whether a response names one or some of the options; those that are right stand under ``correct``
    is_choice: ClassVar[bool] = False
    is_marked_by_person: ClassVar[bool] = False  # no rule can say how good an answer is
    is_in_own_words: ClassVar[bool] = False  # a text or file that may say who its writer is
    takes_file: ClassVar[bool] = False  # sent with the form; none sent leaves what is there
    script: ClassVar[str] = ""  # a file of static/js that makes answering easier, never possible
    nothing_given: ClassVar[LazyString] = _l("Choose an answer")

    def check(self, structure: Table, text: Table) -> list[Fault]:
        """Find every fault of an item and of its words in one language."""
        shape, faults = read("structure", self.structure_model, structure)
        words, text_faults = read("text", self.text_model, text)
        faults += text_faults
        if shape:
            faults += self.structure_faults(shape)
        if shape and words:
            faults += self.text_faults(shape, words)
        return faults

    def structure_faults(self, structure: StructureT) -> Iterable[Fault]:
        """Find fields that are right one by one and contradict each other."""
        return ()

    def text_faults(self, structure: StructureT, text: TextT) -> Iterable[Fault]:
        """Find words that do not fit the structure."""
        return ()

    def options(self, structure: Table, text: Table) -> list[tuple[str, Words]]:
        """List id and words of each choice, as written; none where the answer is typed."""
        return []

    @abstractmethod
    def parse(self, structure: Table, submitted: Submitted) -> Response | None:
        """Read the field ``answer`` of a form, or its fields ``answer.<part>``.

        Returns:
            The response to keep, or None when nothing was answered.

        Raises:
            BadResponse: the inputs of this item cannot have sent that.
        """

    @abstractmethod
    def mark(
        self, structure: Table, response: Response | None, texts: Sequence[Table] = ()
    ) -> float:
        """Say how right a response is.

        Args:
            structure: the item.
            response: as ``parse`` gave it. None, or another type's response, is wrong.
            texts: the item's words in all languages of its course. What one of them accepts
                counts for everybody, so no mark depends on the language of a page.

        Returns:
            The share of the item's points, from 0.0 to 1.0; 0.0 for what only a person can mark.
        """

    def as_typed(self, submitted: Submitted) -> Response | None:
        """Read what ``parse`` refused as well as possible, so that the page can show it again."""
        return None

    def is_complete(self, structure: Table, response: Response | None) -> bool:
        """Say whether every part is answered, where an answer has parts."""
        return response is not None

    def warning(self, structure: Table, response: Response | None) -> str:
        """Say what is unusual about a response that is kept all the same; empty where nothing is."""
        return ""

    @abstractmethod
    def correct_response(self, structure: Table) -> Response | None:
        """Give a response that earns the whole mark; None where there is no such thing."""

    def with_key(self, structure: Table, response: Response) -> Table:
        """Return the structure with another key: the one for which ``response`` is right.

        Raises:
            NoKey: items of this type have no key that a response could set.
        """
        raise NoKey

    @abstractmethod
    def describe(self, structure: Table, text: Table, response: Response | None) -> list[Words]:
        """Put a response into words, one entry for each thing chosen; empty for no answer."""

    def marked_parts(
        self,
        structure: Table,
        text: Table,
        response: Response | None,
        texts: Sequence[Table] = (),
    ) -> list[MarkedPart]:
        """Say of each part whether it is right; none where an answer is right or wrong as a whole.

        The words of all languages (``texts``) count here as they do in ``mark``.
        """
        return []

    def describe_correct(self, structure: Table, text: Table) -> list[Words]:
        """Put the right answer into words."""
        return self.describe(structure, text, self.correct_response(structure))

    def describe_key(self, structure: Table, text: Table) -> list[Words]:
        """List for the course's instructor everything that is right."""
        return self.describe_correct(structure, text)

    def left_over(self, structure: Table, text: Table) -> list[Words]:
        """List what may be chosen for a part and is right for none."""
        return []

    def feedback(self, structure: Table, text: Table, response: Response | None) -> Feedback:
        """Explain the right answer and, where the author did, the options that were chosen."""
        return Feedback(self.read_text(text).feedback)

    # Attempts are marked and shown with the version they were made from, for years. A field that
    # the code no longer knows is passed over there; before publishing, `check` refuses it.

    def read_structure(self, structure: Table) -> StructureT:
        return self.structure_model.model_validate(structure, extra="ignore")

    def read_text(self, text: Table) -> TextT:
        return self.text_model.model_validate(text, extra="ignore")
