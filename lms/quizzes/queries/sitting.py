"""An attempt and its questions, as its learner meets them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from lms.cohorts.queries import Seat
from lms.courses.models import CourseItem
from lms.courses.outline import Step
from lms.courses.queries import items_of
from lms.errors import NotFound
from lms.quizzes import rules
from lms.quizzes.items import (
    TYPES,
    BadResponse,
    Feedback,
    ItemType,
    MarkedPart,
    Submitted,
    Table,
    Words,
)
from lms.quizzes.models import Answer, Attempt, KeyCorrection, Marking
from lms.quizzes.queries.marking import markings_of
from lms.quizzes.queries.quiz import Quiz, needed_count
from lms.quizzes.queries.scripts import Script, corrections_of
from lms.quizzes.queries.times import answers_shown_at

SECONDS_OF_LAST_DAY = 24 * 3600


@dataclass(frozen=True)
class Question:
    """One item as one learner meets it."""

    key: str
    number: int  # 1 for the first of the attempt
    item: CourseItem
    structure: Table  # of the item; after submission with the key that holds today
    response: Any  # None: not answered
    saved_at: datetime | None  # of the response
    sequence: int  # the answer's place in the log; 0: not answered
    overtaken: Answer | None  # came in after it, out of a device's queue, and does not count
    is_flagged: bool
    is_checked: bool  # the learner has seen what is right: it takes no other answer
    mark: float | None  # 0.0 to 1.0; None before it is marked
    language: str
    seed: int
    is_shuffled: bool

    @property
    def type(self) -> ItemType[Any, Any]:
        return TYPES[self.item.structure["type"]]

    @property
    def type_name(self) -> str:
        return str(self.item.structure["type"])

    @property
    def text(self) -> dict[str, Any]:
        return self.item.texts[self.language]

    @property
    def prompt(self) -> str:
        return str(self.text["prompt"])

    @property
    def unit(self) -> str:
        return str(self.text.get("unit", ""))

    @property
    def is_answered(self) -> bool:
        return self.response is not None

    @property
    def warning(self) -> str:
        return self.type.warning(self.structure, self.response)

    @property
    def has_file(self) -> bool:
        return self.type.takes_file and self.is_answered

    @property
    def is_complete(self) -> bool:
        return self.type.is_complete(self.structure, self.response)

    @cached_property
    def options(self) -> list[tuple[str, Words]]:
        """List the choices in this attempt's order."""
        options = self.type.options(self.item.structure, self.text)
        return self.in_order(options) if self.type.is_shuffled else options

    def in_order(self, things: list[Any], *, is_asked: bool = False) -> list[Any]:
        """Put pairs of id and words into this attempt's order.

        ``is_asked``: the order is what the item asks for, so they never stand in the right one.
        """
        words = dict(things)
        shuffle = self.is_shuffled or is_asked
        order = rules.order_options(self.key, list(words), self.seed, shuffle=shuffle)
        if is_asked and order == self.item.structure["correct"]:
            order = [*order[1:], order[0]]
        return [(one, words[one]) for one in order]

    @property
    def answer_words(self) -> list[Words]:
        return self.describe(self.response)

    def with_typed(self, submitted: Submitted) -> Question:
        """Return the question with what a form holds in its field, saved or not."""
        try:
            typed = self.type.parse(self.item.structure, submitted)
        except BadResponse:
            typed = self.type.as_typed(submitted) or None
        response = self.response if typed is None else typed
        return replace(self, response=response, is_flagged="flagged" in submitted)

    def describe(self, response: Any) -> list[Words]:
        """Put a response to this question into words."""
        return self.type.describe(self.structure, self.text, response)

    @property
    def correct_words(self) -> list[Words]:
        return self.type.describe_correct(self.structure, self.text)

    @property
    def marked_parts(self) -> list[MarkedPart]:
        texts = list(self.item.texts.values())
        return self.type.marked_parts(self.structure, self.text, self.response, texts)

    @property
    def feedback(self) -> Feedback:
        return self.type.feedback(self.structure, self.text, self.response)

    @property
    def is_correct(self) -> bool:
        return self.mark == 1

    @property
    def is_scored(self) -> bool:
        return self.type.is_scored

    @property
    def is_checkable(self) -> bool:
        """Whether a rule can say at once how good the answer is."""
        return self.type.is_scored and not self.type.is_marked_by_person

    @property
    def step_path(self) -> str | None:
        """The step where the answer can be read again."""
        return self.item.structure.get("step")


@dataclass(frozen=True)
class Sitting:
    """One attempt with its quiz and the learner's place: what every page of it shows."""

    attempt: Attempt
    quiz: Quiz
    seat: Seat
    answers: dict[str, Answer]  # the last one to each item
    language: str
    overtaken: dict[str, Answer] = field(default_factory=dict)  # see scripts.Log

    @property
    def state(self) -> rules.AttemptState:
        return rules.state(datetime.now(UTC), self.attempt.submitted_at, self.attempt.deadline_at)

    @property
    def is_open(self) -> bool:
        return self.state is rules.AttemptState.OPEN

    @cached_property
    def questions(self) -> list[Question]:
        return [self._question(number, key) for number, key in enumerate(self.attempt.item_keys, 1)]

    def question(self, number: int) -> Question:
        if not 1 <= number <= len(self.attempt.item_keys):
            raise NotFound
        return self._question(number, self.attempt.item_keys[number - 1])

    def _question(self, number: int, key: str) -> Question:
        item = items_of(self.quiz.version_id)[key]
        answer = self.answers.get(key)
        language = (
            self.language if self.language in item.texts else self.quiz.outline.source_language
        )
        structure, response = self._structure(key, item), answer.response if answer else None
        return Question(
            key=key,
            number=number,
            item=item,
            structure=structure,
            response=response,
            saved_at=answer.saved_at if answer else None,
            sequence=answer.id if answer else 0,
            overtaken=self.overtaken.get(key),
            is_flagged=key in self.attempt.flagged,
            is_checked=key in self.attempt.checked,
            mark=self._mark(key, item, response),
            language=language,
            seed=self.attempt.seed,
            is_shuffled=self.quiz.settings.shuffle,
        )

    def _is_explained(self, key: str) -> bool:
        """Whether the key may be read at all: the attempt is handed in, or this item was checked."""
        return self.attempt.submitted_at is not None or key in self.attempt.checked

    def _structure(self, key: str, item: CourseItem) -> Table:
        if not self._is_explained(key):
            return item.structure
        return Script(key, item, None, self.corrections.get(key)).structure

    def _mark(self, key: str, item: CourseItem, response: Any) -> float | None:
        if self.attempt.submitted_at is None and key in self.attempt.checked:
            return Script(key, item, response, self.corrections.get(key)).mark()
        return self.attempt.marks.get(key)

    @cached_property
    def corrections(self) -> dict[str, KeyCorrection]:
        """What was wrong in the keys of this version; asked for only once a key may be read."""
        return corrections_of(self.quiz.version_id)

    @property
    def corrected(self) -> list[tuple[Question, KeyCorrection]]:
        """List the questions whose key was corrected after this attempt was handed in."""
        handed_in_at = self.attempt.submitted_at
        pairs = ((one, self.corrections.get(one.key)) for one in self.questions)
        return [
            (question, found)
            for question, found in pairs
            if found and handed_in_at and found.corrected_at > handed_in_at
        ]

    @property
    def scored(self) -> list[Question]:
        return [question for question in self.questions if question.is_scored]

    @cached_property
    def markings(self) -> dict[str, list[Marking]]:
        """What people gave for each answer, as it holds now; asked for only once the result is known."""
        is_marked = any(question.type.is_marked_by_person for question in self.questions)
        if self.attempt.marked_at is None or not is_marked:
            return {}
        given = markings_of(self.attempt)
        return {
            key: list({one.position: one for one in rows}.values()) for key, rows in given.items()
        }

    def marks_key(self, question: Question) -> tuple[int, ...]:
        """Name what people gave for an answer, and whose answer it is where it leads to a file."""
        ids = [mark.id for mark in self.markings.get(question.key, [])]
        return (*ids, self.attempt.id) if question.type.is_marked_by_person else ()

    @property
    def unanswered(self) -> list[Question]:
        """What is not answered, or only in part."""
        return [question for question in self.questions if not question.is_complete]

    @property
    def flagged(self) -> list[Question]:
        return [question for question in self.questions if question.is_flagged]

    @property
    def resume_number(self) -> int:
        """The question to go on with: the first without an answer, else the last one."""
        return self.unanswered[0].number if self.unanswered else len(self.questions)

    @property
    def seconds_left(self) -> int | None:
        return rules.seconds_left(datetime.now(UTC), self.attempt.deadline_at)

    @property
    def is_clock_shown(self) -> bool:
        """Whether the time that is left matters yet: a closing date in weeks does not."""
        return self.seconds_left is not None and self.seconds_left < SECONDS_OF_LAST_DAY

    @property
    def extension(self) -> rules.Extension | None:
        """What the learner may still add to the limit; None where it is essential or there is none."""
        limit = self.attempt.limit_seconds
        if limit is None or not self.quiz.is_extendable:
            return None
        return rules.extension(limit, self.attempt.extended_seconds)

    @property
    def may_extend(self) -> bool:
        return self.is_open and self.extension is not None and self.extension.left > 0

    @property
    def saved_at(self) -> datetime | None:
        return max((answer.saved_at for answer in self.answers.values()), default=None)

    @property
    def points(self) -> float:
        """What was got, where each item is worth one; whole unless an answer was partly right."""
        marks = list(self.attempt.marks.values())
        return float(rules.score([1] * len(marks), marks).points_got)

    @property
    def needed_count(self) -> int:
        return needed_count(len(self.scored), self.attempt.pass_percent)

    @property
    def show(self) -> str:
        """When the answers are shown: after_each, after_submission, after_close or never."""
        return self.quiz.settings.show

    @cached_property
    def closed_at(self) -> datetime | None:
        """From when on answers are shown that wait for the quiz to close."""
        if self.show != "after_close":
            return None
        return answers_shown_at(self.seat, self.attempt.quiz)

    @property
    def are_answers_shown(self) -> bool:
        if self.attempt.submitted_at is None:
            return False
        return rules.may_see_answers(self.show, datetime.now(UTC), self.closed_at)

    def may_check(self, question: Question) -> bool:
        """Whether the learner may see now what is right, and give up changing the answer."""
        is_offered = self.show == "after_each" and question.is_checkable
        return is_offered and not question.is_checked

    def step_to_read(self, question: Question) -> Step | None:
        return self.quiz.outline.by_path.get(question.step_path or "")

    @property
    def steps_to_read(self) -> list[tuple[Step, int]]:
        """List the steps behind what was not right, in the course's order, each with a count."""
        steps = self.quiz.outline.by_path
        wrong = Counter(question.step_path for question in self.scored if not question.is_correct)
        return [(steps[path], wrong[path]) for path in steps if path in wrong]

    @property
    def url_values(self) -> dict[str, Any]:
        return {
            **self.seat.url_values,
            "module": self.quiz.step.module_slug,
            "step": self.quiz.step.slug,
            "attempt": self.attempt.number,
        }
