"""The figures of one item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from statistics import fmean, median
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.authoring.rules import missing
from lms.courses.models import CourseItem
from lms.quizzes.items import TYPES, ItemType, Response, Words
from lms.quizzes.rules import analysis as rules
from lms.quizzes.rules.analysis import Third

RIGHT, PARTLY, WRONG, NONE = "right", "partly", "wrong", "none"
OUTCOMES: dict[str, Words] = {
    RIGHT: _l("Right"),
    PARTLY: _l("Partly right"),
    WRONG: _l("Wrong"),
}
NO_ANSWER = _l("No answer")


@dataclass(frozen=True)
class Row:
    """How often something was answered to an item, in percent; None where too few were there."""

    letter: str  # A for the first option as written; empty for what is no option
    words: Words
    is_right: bool
    count: int
    percent: float | None
    by_third: dict[Third, float | None]


@dataclass
class ItemFigures:
    """One item, in one revision: what learners were asked was the same for all of them."""

    key: str  # bank/item
    item: CourseItem
    structure: Any  # with the key that holds today
    text: dict[str, Any]
    is_asked: bool  # by the newest version
    marks: list[float] = field(default_factory=list)
    rests: list[float | None] = field(default_factory=list)  # percent of the rest of the attempt
    responses: list[Response | None] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, mark: float | None, rest: float | None, response: Response | None) -> None:
        """Take in one attempt."""
        if self.type.is_scored and mark is None:
            return
        self.marks.append(mark or 0.0)
        self.rests.append(rest)
        self.responses.append(response)

    @property
    def type(self) -> ItemType[Any, Any]:
        return TYPES[self.item.structure["type"]]

    @property
    def revision(self) -> int:
        return self.item.revision

    @property
    def address(self) -> dict[str, Any]:
        """What its own page is found by, within the quiz."""
        bank, _slash, item = self.key.partition("/")
        return {"bank": bank, "item": item, "revision": self.revision}

    @property
    def prompt(self) -> str:
        return str(self.text["prompt"])

    @property
    def count(self) -> int:
        return len(self.marks)

    @property
    def missing_count(self) -> int:
        """How many more answers it takes until a figure says something."""
        return missing(self.count)

    @cached_property
    def facility(self) -> float | None:
        """Mean mark, 0 to 1."""
        return None if self.missing_count or not self.type.is_scored else fmean(self.marks)

    @property
    def right_percent(self) -> float | None:
        """Share of full marks, 0 to 100."""
        if self.missing_count or not self.type.is_scored:
            return None
        return 100 * sum(mark == 1 for mark in self.marks) / self.count

    @cached_property
    def correlation(self) -> float | None:
        """Corrected point-biserial: with the rest of the attempt."""
        pairs = [pair for pair in zip(self.marks, self.rests, strict=True) if pair[1] is not None]
        if missing(len(pairs)):
            return None
        return rules.point_biserial(
            [one for one, _rest in pairs], [rest or 0 for _one, rest in pairs]
        )

    @cached_property
    def median_seconds(self) -> float | None:
        return None if missing(len(self.seconds)) else median(self.seconds)

    @cached_property
    def thirds(self) -> list[Third | None]:
        """The third of each attempt; None where it has no rest to be ranked by."""
        ranked = iter(rules.thirds([rest for rest in self.rests if rest is not None]))
        return [None if rest is None else next(ranked) for rest in self.rests]

    @cached_property
    def third_counts(self) -> dict[Third, int]:
        return {third: self.thirds.count(third) for third in Third}

    @property
    def third_missing(self) -> dict[Third, int]:
        """How many more learners each third needs until its shares say something."""
        return {third: missing(count) for third, count in self.third_counts.items()}

    @property
    def right_options(self) -> list[str]:
        """All options that are right: where one is to be chosen, there may be several to choose from."""
        return chosen(self.structure.get("correct"))

    @cached_property
    def rows(self) -> list[Row]:
        """What was answered: option by option, or where there are none by how right it was."""
        answers = [self._answers(index) for index in range(self.count)]
        return [
            self._row(letter, name, words, answers)
            for letter, name, words in self._kinds()
            if letter or any(name in given for given in answers)
        ]

    def _kinds(self) -> Iterator[tuple[str, str, Words]]:
        if self.type.is_choice:
            for number, (option, words) in enumerate(self.type.options(self.structure, self.text)):
                yield letter_of(number), option, words
        elif self.type.is_scored:
            for outcome, words in OUTCOMES.items():
                yield "", outcome, words
        else:
            yield "", RIGHT, _l("An answer")
        yield "", NONE, NO_ANSWER

    def _answers(self, index: int) -> list[str]:
        response, mark = self.responses[index], self.marks[index]
        if response is None:
            return [NONE]
        if self.type.is_choice:
            return chosen(response)
        if not self.type.is_scored or mark == 1:
            return [RIGHT]
        return [PARTLY if mark else WRONG]

    def _row(self, letter: str, name: str, words: Words, answers: list[list[str]]) -> Row:
        given = [name in one for one in answers]
        return Row(
            letter=letter,
            words=words,
            is_right=name in self.right_options if self.type.is_choice else name == RIGHT,
            count=sum(given),
            percent=None if self.missing_count else 100 * sum(given) / self.count,
            by_third={third: self._share(third, given) for third in Third},
        )

    def _share(self, third: Third, given: list[bool]) -> float | None:
        if self.third_missing[third]:
            return None
        chose = sum(one for one, its in zip(given, self.thirds, strict=True) if its is third)
        return 100 * chose / self.third_counts[third]

    @cached_property
    def flags(self) -> list[rules.Raised]:
        if self.facility is None:
            return []
        options = self.rows if self.type.is_choice else []
        choices = [
            rules.Choice(row.letter, row.is_right, row.percent / 100, row.by_third[Third.TOP])
            for row in options
            if row.letter and row.percent is not None
        ]
        return rules.flags(self.count, self.facility, self.correlation, choices)


def chosen(response: Response | None) -> list[str]:
    """List the options that a response names."""
    if isinstance(response, bool):
        return ["true" if response else "false"]
    if isinstance(response, str):
        return [response]
    return [str(one) for one in response] if isinstance(response, list) else []


def letter_of(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else str(number + 1)
