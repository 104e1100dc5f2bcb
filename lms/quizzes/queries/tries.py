"""What came of a quiz: the attempts that figures are made of, and their logs.

No names: whoever asks has found the course as its instructor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from lms.cohorts.models import Enrolment
from lms.courses.queries import items_of
from lms.extensions import db
from lms.quizzes.models import Answer, Attempt


@dataclass(frozen=True)
class FirstTry:
    """The first marked attempt of one enrolment: a second one has seen the answers of the first."""

    attempt_id: int
    version_id: int
    language: str  # what its items were read in; empty: not known
    item_keys: list[str]  # by place in the draw
    marks: dict[str, float]
    score_percent: float
    is_passed: bool
    started_at: datetime

    def revision(self, key: str) -> int:
        """Number what was asked: the same in versions that ask the same."""
        return items_of(self.version_id)[key].revision


@dataclass(frozen=True)
class Saved:
    """One answer in the log of an attempt."""

    attempt_id: int
    item_key: str
    response: Any
    saved_at: datetime
    is_replay: bool


def _first_attempts(course_id: int, quiz: str) -> Select[Any]:
    """Select the id of each enrolment's first marked attempt, in all versions of a course."""
    return (
        select(func.min(Attempt.id))
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            Enrolment.course_id == course_id, Attempt.quiz == quiz, Attempt.marked_at.is_not(None)
        )
        .group_by(Attempt.enrolment_id)
    )


def first_tries(course_id: int, quiz: str) -> list[FirstTry]:
    """List the first marked attempts at a quiz. One statement, whatever their number."""
    query = select(
        Attempt.id, Attempt.version_id, Attempt.language, Attempt.item_keys, Attempt.marks,
        Attempt.score_percent, Attempt.is_passed, Attempt.started_at,
    ).where(Attempt.id.in_(_first_attempts(course_id, quiz)))  # fmt: skip
    rows: Iterable[Any] = db.session.execute(query.order_by(Attempt.id))
    return [FirstTry(*row) for row in rows]


def saved_answers(course_id: int, quiz: str) -> Iterator[Saved]:
    """Read the logs of these attempts, each in its order; stale answers left out. One statement."""
    query = select(
        Answer.attempt_id, Answer.item_key, Answer.response, Answer.saved_at, Answer.is_replay
    ).where(Answer.attempt_id.in_(_first_attempts(course_id, quiz)), ~Answer.is_stale)
    for row in db.session.execute(query.order_by(Answer.attempt_id, Answer.id)):
        yield Saved(*row)
