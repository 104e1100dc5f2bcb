"""Starting, answering and handing in an attempt. Nothing here commits."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.audit import services as audit
from lms.cohorts.queries import Seat
from lms.courses.queries import items_of
from lms.errors import Conflict, LmsError
from lms.extensions import db, insert_once
from lms.quizzes import queries, rules, signals
from lms.quizzes.items import TYPES, BadResponse
from lms.quizzes.models import Answer, Attempt
from lms.quizzes.queries import Question, Quiz, Sitting


class AttemptClosed(Conflict):
    message = _l("This attempt has been handed in; nothing more can be added. Every answer saved before is kept.")


class NoAttemptsLeft(LmsError):
    status = 409
    message = _l("You have used all attempts at this quiz. Your coordinator can tell you what to do next.")


class QuizClosed(LmsError):
    status = 409
    message = _l("This quiz has closed. Your coordinator can tell you what to do next.")


class AnswerUnreadable(LmsError):
    status = 422
    message = _l("This answer does not fit the question. Choose or write it again.")


REFUSALS: dict[rules.Refusal, type[LmsError]] = {
    rules.Refusal.NO_ATTEMPTS_LEFT: NoAttemptsLeft,
    rules.Refusal.CLOSED: QuizClosed,
    rules.Refusal.NOT_YET_OPEN: QuizClosed,
}


def start_attempt(seat: Seat, quiz: Quiz) -> Attempt:
    """Begin an attempt, or return the open one. Of two clicks at once, both get the same."""
    now = datetime.now(UTC)
    attempts = queries.attempts_of(seat, quiz.step.path)
    for attempt in attempts:
        if rules.state(now, attempt.submitted_at, attempt.deadline_at) is rules.AttemptState.CLOSED:
            hand_in(attempt, quiz)
    states = [rules.state(now, attempt.submitted_at, attempt.deadline_at) for attempt in attempts]
    refusal = rules.may_start(states, quiz.max_attempts, now=now, closes_at=seat.closes_at).reason
    if refusal is rules.Refusal.ATTEMPT_OPEN:
        return attempts[states.index(rules.AttemptState.OPEN)]
    if refusal is not None:
        raise REFUSALS[refusal]
    return _new_attempt(seat, quiz, len(attempts) + 1, now)


def _new_attempt(seat: Seat, quiz: Quiz, number: int, now: datetime) -> Attempt:
    seed = secrets.randbits(31)
    attempt = Attempt(
        enrolment_id=seat.enrolment_id,
        quiz=quiz.step.path,
        number=number,
        seed=seed,
        item_keys=quiz.draw(seed),
        pass_percent=quiz.pass_percent,
        started_at=now,
        deadline_at=rules.deadline(now, quiz.limit_seconds, seat.closes_at),
    )
    try:
        with db.session.begin_nested():
            db.session.add(attempt)
    except IntegrityError:  # a second click was faster by a moment
        return db.session.scalars(
            select(Attempt).where(
                Attempt.enrolment_id == seat.enrolment_id, Attempt.quiz == quiz.step.path, Attempt.submitted_at.is_(None)
            )
        ).one()
    audit.record("start_attempt", "attempt", attempt.id, country_code=seat.country_code, quiz=quiz.step.path)
    return attempt


def save_answer(sitting: Sitting, question: Question, submitted: Any, client_id: str) -> datetime:
    """Add an answer to the log; sending the same one again changes nothing.

    Args:
        submitted: the form, as Werkzeug's MultiDict.
        client_id: made by the page for this one save.

    Returns:
        When it was saved: the receipt to show, once the caller has committed.
    """
    if not sitting.is_open:
        raise AttemptClosed
    try:
        response = question.type.parse(question.item.structure, submitted)
    except BadResponse as error:
        raise AnswerUnreadable from error
    now = datetime.now(UTC)
    if response is None and question.response is None:
        return now  # nothing was answered and nothing is
    insert_once(
        Answer, attempt_id=sitting.attempt.id, item_key=question.key, response=response, saved_at=now,
        client_id=f"{sitting.attempt.id}:{client_id or secrets.token_hex(16)}"[:64],
    )  # fmt: skip
    return now


def flag(sitting: Sitting, question: Question, *, is_flagged: bool) -> None:
    """Mark a question for later, or take the mark away."""
    if not sitting.is_open or is_flagged == question.is_flagged:
        return
    others = [key for key in sitting.attempt.flagged if key != question.key]
    sitting.attempt.flagged = [*others, question.key] if is_flagged else others


def submit_attempt(sitting: Sitting) -> None:
    """Hand in an attempt. After its deadline what was saved until then counts."""
    if sitting.attempt.submitted_at is not None:
        raise AttemptClosed
    hand_in(sitting.attempt, sitting.quiz)


def hand_in(attempt: Attempt, quiz: Quiz) -> None:
    """Mark the answers in the log and close the attempt."""
    items = items_of(quiz.version_id)
    responses = queries.last_responses(attempt)
    marks = {}
    for key in attempt.item_keys:
        structure, texts = items[key].structure, list(items[key].texts.values())
        marks[key] = TYPES[structure["type"]].mark(structure, responses.get(key), texts)
    score = rules.score([items[key].structure.get("points", 1) for key in marks], list(marks.values()))
    now = datetime.now(UTC)
    attempt.marks = marks
    attempt.score_percent = float(score.percent)
    attempt.is_passed = rules.is_pass(score, attempt.pass_percent)
    attempt.submitted_at = min(now, attempt.deadline_at) if attempt.deadline_at else now
    db.session.flush()
    audit.record(
        "submit_attempt", "attempt", attempt.id, quiz=attempt.quiz, score_percent=attempt.score_percent,
        is_passed=attempt.is_passed,
    )  # fmt: skip
    signals.attempt_submitted.send(attempt)
