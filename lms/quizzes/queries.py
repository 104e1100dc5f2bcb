"""Finding attempts and what their pages show, with the access check inside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from lms.cohorts.models import Enrolment
from lms.cohorts.queries import Seat
from lms.courses.models import CourseItem
from lms.courses.outline import Outline, Step
from lms.courses.queries import items_of, outline_of
from lms.errors import NotFound
from lms.extensions import db
from lms.quizzes import rules
from lms.quizzes.items import TYPES, Feedback, ItemType, Words
from lms.quizzes.models import Answer, Attempt


@dataclass(frozen=True)
class Quiz:
    """One quiz step of a version, with its settings."""

    step: Step
    outline: Outline
    version_id: int

    @property
    def settings(self) -> dict[str, Any]:
        return self.step.quiz or {}

    @property
    def pass_percent(self) -> int:
        return int(self.settings["pass_percent"])

    @property
    def max_attempts(self) -> int | None:
        return self.settings["max_attempts"]

    @property
    def limit_seconds(self) -> int | None:
        minutes = self.settings["limit_minutes"]
        return None if minutes is None else int(minutes) * 60

    @property
    def item_count(self) -> int:
        return sum(draw["count"] for draw in self.settings["draw"])

    def draw(self, seed: int) -> list[str]:
        """Return the keys of the items of one attempt, in its order."""
        bank = [
            rules.BankItem(
                id=key, bank=item.bank, tags=frozenset(item.structure.get("tags", [])),
                difficulty=item.structure.get("difficulty"),
            )
            for key, item in items_of(self.version_id).items()
        ]  # fmt: skip
        draws = [
            rules.Draw(draw["bank"], draw["count"], frozenset(draw["tags"]), draw["difficulty"])
            for draw in self.settings["draw"]
        ]
        return rules.draw(bank, draws, seed)


def quiz_of(seat: Seat, path: str) -> Quiz:
    """Return a quiz of the version somebody is enrolled in, else 404."""
    outline = outline_of(seat.version_id)
    step = outline.by_path.get(path)
    if step is None or step.kind != "quiz":
        raise NotFound
    return Quiz(step, outline, seat.version_id)


@dataclass(frozen=True)
class Question:
    """One item as one learner meets it."""

    key: str
    number: int  # 1 for the first of the attempt
    item: CourseItem
    response: Any  # None: not answered
    is_flagged: bool
    mark: float | None  # 0.0 to 1.0; None before submission
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

    @cached_property
    def options(self) -> list[tuple[str, Words]]:
        """List the choices in this attempt's order."""
        options = dict(self.type.options(self.item.structure, self.text))
        order = rules.order_options(
            self.key, list(options), self.seed, shuffle=self.is_shuffled and self.type.is_shuffled
        )
        return [(option, options[option]) for option in order]

    @property
    def answer_words(self) -> list[Words]:
        return self.type.describe(self.item.structure, self.text, self.response)

    @property
    def correct_words(self) -> list[Words]:
        return self.type.describe_correct(self.item.structure, self.text)

    @property
    def feedback(self) -> Feedback:
        return self.type.feedback(self.item.structure, self.text, self.response)

    @property
    def step_path(self) -> str:
        """The step where the answer can be read again."""
        return str(self.item.structure["step"])


@dataclass(frozen=True)
class Sitting:
    """One attempt with its quiz and the learner's place: what every page of it shows."""

    attempt: Attempt
    quiz: Quiz
    seat: Seat
    responses: dict[str, Any]
    language: str

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
        return self.questions[number - 1]

    def _question(self, number: int, key: str) -> Question:
        item = items_of(self.quiz.version_id)[key]
        language = self.language if self.language in item.texts else self.quiz.outline.source_language
        return Question(
            key=key,
            number=number,
            item=item,
            response=self.responses.get(key),
            is_flagged=key in self.attempt.flagged,
            mark=self.attempt.marks.get(key),
            language=language,
            seed=self.attempt.seed,
            is_shuffled=bool(self.quiz.settings["shuffle"]),
        )

    @property
    def unanswered(self) -> list[Question]:
        return [question for question in self.questions if not question.is_answered]

    @property
    def url_values(self) -> dict[str, Any]:
        return {
            **self.seat.url_values,
            "module": self.quiz.step.module_slug,
            "step": self.quiz.step.slug,
            "attempt": self.attempt.number,
        }


def attempts_of(seat: Seat, path: str) -> list[Attempt]:
    query = select(Attempt).where(Attempt.enrolment_id == seat.enrolment_id, Attempt.quiz == path)
    return list(db.session.scalars(query.order_by(Attempt.number)))


def sitting_of(seat: Seat, path: str, number: int, language: str) -> Sitting:
    """Return one of a learner's own attempts, else 404."""
    quiz = quiz_of(seat, path)
    query = select(Attempt).where(
        Attempt.enrolment_id == seat.enrolment_id, Attempt.quiz == path, Attempt.number == number
    )
    attempt = db.session.scalar(query)
    if attempt is None:
        raise NotFound
    return Sitting(attempt, quiz, seat, last_responses(attempt), language)


def last_responses(attempt: Attempt) -> dict[str, Any]:
    """Return the answer to each item that was given last."""
    newest = select(func.max(Answer.id)).where(Answer.attempt_id == attempt.id).group_by(Answer.item_key)
    rows = db.session.execute(select(Answer.item_key, Answer.response).where(Answer.id.in_(newest)))
    return dict(rows.tuples())


def best_results(enrolment_ids: Iterable[int]) -> dict[int, dict[str, Attempt]]:
    """Return each enrolment's best submitted attempt at each quiz."""
    query = select(Attempt).where(
        Attempt.enrolment_id.in_(list(enrolment_ids)), Attempt.submitted_at.is_not(None)
    )
    best: dict[int, dict[str, Attempt]] = defaultdict(dict)
    for attempt in db.session.scalars(query.order_by(Attempt.score_percent, Attempt.id)):
        best[attempt.enrolment_id][attempt.quiz] = attempt
    return best


def submitted_of_version(version_id: int, quiz: str) -> list[Attempt]:
    """List the submitted attempts at one quiz of a version, for its instructor."""
    query = (
        select(Attempt)
        .join(Attempt.enrolment)
        .where(Enrolment.version_id == version_id, Attempt.quiz == quiz, Attempt.submitted_at.is_not(None))
    )
    return list(db.session.scalars(query))
