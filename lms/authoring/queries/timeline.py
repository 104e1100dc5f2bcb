"""An attempt as it happened: each save in the server's order, and what was done with the attempt."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from lms.accounts.models import Person
from lms.audit.models import AuditEvent
from lms.authoring.rules import EVENT_NAMES
from lms.cohorts.queries import seat_by_enrolment
from lms.extensions import db
from lms.quizzes.items import Words
from lms.quizzes.models import Answer, Attempt
from lms.quizzes.queries import Question, Sitting, last_answers, quiz_of_attempt


@dataclass(frozen=True)
class Moment:
    """One thing that happened to an attempt."""

    at: datetime
    seconds: float  # since the moment before
    action: str  # "save_answer", or as the log calls it
    who: str  # empty: the learner or the system
    details: dict[str, Any]
    reason: str = ""
    question: Question | None = None
    answer: Answer | None = None
    words: list[Words] | None = None  # None: not to be read yet


@dataclass(frozen=True)
class Timeline:
    """Everything that is known of one attempt."""

    sitting: Sitting
    moments: list[Moment]
    are_answers_shown: bool

    @property
    def attempt(self) -> Attempt:
        return self.sitting.attempt


def timeline_of(attempt: Attempt, language: str) -> Timeline:
    """Tell an attempt from its start to its last change, in the version it was made from."""
    quiz = quiz_of_attempt(attempt)
    seat = seat_by_enrolment(attempt.enrolment_id)
    sitting = Sitting(attempt, quiz, seat, last_answers(attempt), language)
    shown = may_read_answers(attempt, is_anonymous=quiz.settings.marking.anonymous)
    answers = db.session.scalars(
        select(Answer).where(Answer.attempt_id == attempt.id).order_by(Answer.id)
    )
    # The answers keep the server's order, whatever its clock did meanwhile.
    happened: Iterator[Any] = heapq.merge(answers, _events(attempt), key=_time)
    return Timeline(sitting, list(_moments(sitting, happened, shown=shown)), shown)


def may_read_answers(attempt: Attempt, *, is_anonymous: bool) -> bool:
    """Say whether an instructor may read what was answered.

    Not before it is handed in, and where its markers see no names, not before it is marked.
    """
    if attempt.submitted_at is None:
        return False
    return attempt.marked_at is not None or not is_anonymous


def _events(attempt: Attempt) -> list[AuditEvent]:
    query = select(AuditEvent).where(
        AuditEvent.object_type == "attempt",
        AuditEvent.object_id == str(attempt.id),
        AuditEvent.action.in_(EVENT_NAMES),
    )
    return list(db.session.scalars(query.order_by(AuditEvent.id)))


def _time(one: Any) -> datetime:
    at: datetime = one.saved_at if isinstance(one, Answer) else one.at
    return at


def _moments(sitting: Sitting, happened: Any, *, shown: bool) -> Iterator[Moment]:
    questions = {question.key: question for question in sitting.questions}
    rows = list(happened)
    names = _names(rows, sitting.seat.person_id)
    before = sitting.attempt.started_at
    for row in rows:
        at, seconds = _time(row), max(0.0, (_time(row) - before).total_seconds())
        before = at
        if isinstance(row, AuditEvent):
            who = names.get(row.actor_id or 0, "")
            yield Moment(at, seconds, row.action, who, row.details, row.reason)
        else:
            question = questions.get(row.item_key)
            words = _words(question, row) if shown else None
            yield Moment(
                at, seconds, "save_answer", "", {}, question=question, answer=row, words=words
            )


def _words(question: Question | None, answer: Answer) -> list[Words]:
    """Put an answer into words; nothing for one that was taken back."""
    if question is None or answer.response is None:
        return []
    return question.type.describe(question.structure, question.text, answer.response)


def _names(rows: list[Any], learner_id: int) -> dict[int, str]:
    ids = {row.actor_id for row in rows if isinstance(row, AuditEvent) and row.actor_id}
    query = select(Person).options(lazyload(Person.grants)).where(Person.id.in_(ids - {learner_id}))
    return {person.id: person.name_latin or person.name for person in db.session.scalars(query)}
