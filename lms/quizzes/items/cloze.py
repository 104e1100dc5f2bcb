"""A passage with gaps: in each a word is chosen or typed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from flask_babel import lazy_gettext as _l
from pydantic import Field

from lms.quizzes.items.comparing import empty_answers, is_same
from lms.quizzes.items.contract import (
    Id,
    ItemModel,
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
from lms.quizzes.items.submitted import PART, Submitted, as_typed, chosen_option, typed_line

GAP = re.compile(r"\[\[(.*?)\]\]")
WORDS_AROUND = 5  # of the passage on each side that name a gap to whoever cannot see it
OPEN = "[…]"


class TextGap(ItemModel):
    kind: Literal["text"]
    correct: Annotated[list[NonBlank], Field(min_length=1)]  # each of them is right


class ChoiceGap(ItemModel):
    kind: Literal["choice"]
    options: Annotated[list[Id], Field(min_length=2)]
    correct: Id


Gap: TypeAlias = Annotated[TextGap | ChoiceGap, Field(discriminator="kind")]


class ClozeStructure(ItemStructure):
    type: Literal["cloze"]
    gaps: Annotated[dict[Id, Gap], Field(min_length=1)]
    partial: bool = False  # whether each gap earns its share


class ClozeText(ItemText):
    body: NonBlank  # the passage, with [[gap]] where each gap is
    gaps: dict[Id, dict[Id, NonBlank]] = {}  # the words of the options, by gap
    accepted: dict[
        Id, list[NonBlank]
    ] = {}  # what is right besides in a typed gap, in this language


@dataclass(frozen=True)
class Piece:
    """What the page needs of the passage: the words before a gap, and the gap if one follows."""

    before: str
    gap: str = ""
    after: str = ""  # the words up to the next gap, or to the end
    options: Sequence[tuple[str, str]] = ()  # none where the answer is typed
    given: str = ""

    @property
    def around(self) -> str:
        """Name the gap by the words around it, for whoever cannot see where it stands."""
        return self._between("…")

    @property
    def filled(self) -> str:
        """Say what stands in the gap, between the same words."""
        return self._between(self.shown)

    @property
    def shown(self) -> str:
        return f"[{dict(self.options).get(self.given, self.given)}]" if self.given else OPEN

    def _between(self, middle: str) -> str:
        before = " ".join(self.before.split()[-WORDS_AROUND:]).lstrip(" ,.;:")
        after = " ".join(self.after.split()[:WORDS_AROUND])
        gap_before, gap_after = self.before[-1:].isspace(), self.after[:1].isspace()
        return f"{before}{' ' * gap_before}{middle}{' ' * gap_after}{after}".strip()


class Cloze(ItemType[ClozeStructure, ClozeText]):
    """The response is a table: gap to what was typed, or to the option; open gaps are left out."""

    structure_model = ClozeStructure
    text_model = ClozeText
    nothing_given = _l("Fill in the gaps")

    def structure_faults(self, structure: ClozeStructure) -> Iterable[Fault]:
        for name, gap in structure.gaps.items():
            field = f"gaps.{name}"
            if isinstance(gap, TextGap):
                yield from empty_answers("structure", f"{field}.correct", gap.correct)
                continue
            yield from repeated(f"{field}.options", gap.options)
            if gap.correct not in gap.options:
                what = f'"{gap.correct}" is not among the options.'
                repair = "Write the id of one of the options."
                yield Fault("structure", f"{field}.correct", what, repair)

    def text_faults(self, structure: ClozeStructure, text: ClozeText) -> Iterable[Fault]:
        yield from _body_faults(structure, text)
        for name, gap in structure.gaps.items():
            words = text.gaps.get(name, {})
            options = gap.options if isinstance(gap, ChoiceGap) else []
            yield from _option_faults(f"gaps.{name}", options, words)
        for name in text.gaps.keys() - structure.gaps.keys():
            yield Fault("text", f"gaps.{name}", "The item has no such gap.", "Remove it.")
        for name, answers in text.accepted.items():
            yield from empty_answers("text", f"accepted.{name}", answers)
            if not isinstance(structure.gaps.get(name), TextGap):
                what = "The item has no such gap to type in."
                yield Fault("text", f"accepted.{name}", what, "Remove it, or correct the id.")

    def parse(self, structure: Table, submitted: Submitted) -> dict[str, str] | None:
        given = {}
        for name, gap in self.read_structure(structure).gaps.items():
            field = PART + name
            if isinstance(gap, ChoiceGap):
                value = chosen_option(submitted, gap.options, field)
            else:
                value = typed_line(submitted, field)
            if value is not None:
                given[name] = value
        return given or None

    def as_typed(self, submitted: Submitted) -> dict[str, str]:
        """Read every gap, whatever stands in it: what is no gap of the item is not shown."""
        fields = [field for field in submitted if field.startswith(PART)]
        return {field.removeprefix(PART): as_typed(submitted, field) for field in fields}

    def is_complete(self, structure: Table, response: Response | None) -> bool:
        return _given(response).keys() >= self.read_structure(structure).gaps.keys()

    def mark(
        self, structure: Table, response: Response | None, texts: Sequence[Table] = ()
    ) -> float:
        """Give the point for all gaps or, where the item says so, for each its share."""
        item = self.read_structure(structure)
        right = len(self._right_gaps(item, response, texts))
        return right / len(item.gaps) if item.partial else float(right == len(item.gaps))

    def _right_gaps(
        self, item: ClozeStructure, response: Response | None, texts: Sequence[Table]
    ) -> set[str]:
        given, words = _given(response), [self.read_text(text).accepted for text in texts]
        return {
            name
            for name, gap in item.gaps.items()
            if _is_right(
                gap, given.get(name), [one for each in words for one in each.get(name, [])]
            )
        }

    def marked_parts(
        self,
        structure: Table,
        text: Table,
        response: Response | None,
        texts: Sequence[Table] = (),
    ) -> list[MarkedPart]:
        right = self._right_gaps(self.read_structure(structure), response, texts)
        pieces = self.passage(structure, text, response)
        return [MarkedPart(one.filled, is_right=one.gap in right) for one in pieces if one.gap]

    def correct_response(self, structure: Table) -> dict[str, str]:
        gaps = self.read_structure(structure).gaps
        return {
            name: gap.correct[0] if isinstance(gap, TextGap) else gap.correct
            for name, gap in gaps.items()
        }

    def with_key(self, structure: Table, response: Response) -> Table:
        """Accept one more answer in a typed gap; of a chosen one take the new option."""
        item, given = self.read_structure(structure), _given(response)
        gaps = {}
        for name, gap in item.gaps.items():
            value = given.get(name)
            if isinstance(gap, ChoiceGap) and value is not None and value not in gap.options:
                raise NoKey
            gaps[name] = _gap_with_key(structure["gaps"][name], gap, value)
        if not given.keys() & item.gaps.keys():
            raise NoKey
        return {**structure, "gaps": gaps}

    def describe(self, structure: Table, text: Table, response: Response | None) -> list[Words]:
        """Write the passage with what was given, each gap in brackets."""
        if not _given(response):
            return []
        passage = "".join(
            piece.before + (piece.shown if piece.gap else "")
            for piece in self.passage(structure, text, response)
        )
        return [" ".join(passage.split())]

    def describe_correct(self, structure: Table, text: Table) -> list[Words]:
        accepted = self.read_text(text).accepted
        in_this_language = {name: answers[0] for name, answers in accepted.items() if answers}
        return self.describe(structure, text, self.correct_response(structure) | in_this_language)

    def describe_key(self, structure: Table, text: Table) -> list[Words]:
        """Write the passage with everything that is right in each gap."""
        accepted, key = self.read_text(text).accepted, self.correct_response(structure)
        for name, gap in self.read_structure(structure).gaps.items():
            if isinstance(gap, TextGap):
                key[name] = " / ".join([*gap.correct, *accepted.get(name, [])])
        return self.describe(structure, text, key)

    def passage(self, structure: Table, text: Table, response: Response | None) -> list[Piece]:
        """Cut the passage at its gaps, without anything of the key."""
        item, words, given = self.read_structure(structure), self.read_text(text), _given(response)
        parts = GAP.split(words.body)
        pieces = []
        for before, name, after in zip(parts[::2], parts[1::2], parts[2::2], strict=False):
            gap = item.gaps.get(name)
            options = gap.options if isinstance(gap, ChoiceGap) else []
            labels = words.gaps.get(name, {})
            choices = [(option, labels.get(option, option)) for option in options]
            pieces.append(Piece(before, name, after, choices, given.get(name, "")))
        return [*pieces, Piece(parts[-1])]


def _given(response: Response | None) -> dict[str, str]:
    """Read the gaps of a response; none when it is not one of a cloze at all."""
    if not isinstance(response, dict):
        return {}
    return {name: value for name, value in response.items() if value and isinstance(value, str)}


def _is_right(gap: TextGap | ChoiceGap, given: str | None, accepted: list[str]) -> bool:
    if given is None or isinstance(gap, ChoiceGap):
        return given == gap.correct
    return any(is_same(given, answer) for answer in [*gap.correct, *accepted])


def _gap_with_key(table: Table, gap: TextGap | ChoiceGap, given: str | None) -> Table:
    if given is None:
        return table
    if isinstance(gap, ChoiceGap):
        return {**table, "correct": given}
    is_known = any(is_same(given, answer) for answer in gap.correct)
    return table if is_known else {**table, "correct": [*gap.correct, given]}


def _body_faults(structure: ClozeStructure, text: ClozeText) -> Iterable[Fault]:
    placed = GAP.findall(text.body)
    yield from repeated("body", (f"[[{name}]]" for name in placed), "text")
    for name in structure.gaps.keys() - set(placed):
        repair = f"Write [[{name}]] where the gap is."
        yield Fault("text", "body", f"The gap {name} has no place.", repair)
    for name in set(placed) - structure.gaps.keys():
        what = f"The item has no gap {name}."
        yield Fault("text", "body", what, "Remove it, or correct the id.")


def _option_faults(field: str, options: list[str], words: dict[str, str]) -> Iterable[Fault]:
    for option in dict.fromkeys(options):
        if option not in words:
            repair = f'Add a line {option} = "..." to [<item>.{field}].'
            yield Fault("text", f"{field}.{option}", "This option has no words.", repair)
    for option in words:
        if option not in options:
            what = "The gap has no such option."
            yield Fault("text", f"{field}.{option}", what, "Remove it, or correct the id.")
    shown = [" ".join(words[one].split()) for one in dict.fromkeys(options) if one in words]
    yield from repeated(field, shown, "text")
