"""Starting, answering and handing in an attempt. Nothing here commits."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.audit import services as audit
from lms.cohorts.queries import Seat
from lms.courses.queries import items_of
from lms.errors import Conflict, LmsError
from lms.extensions import db, insert_once
from lms.jobs import services as jobs
from lms.quizzes import queries, rules, signals
from lms.quizzes.items import TYPES, BadResponse, BadResponseReason, Response, Submitted
from lms.quizzes.models import Answer, Attempt
from lms.quizzes.queries import Question, Quiz, Sitting


class AttemptClosed(Conflict):
    message = _l(
        "This attempt was handed in before, so this answer does not count."
        " Every answer saved until then does."
    )


class TimeIsOver(AttemptClosed):
    message = _l(
        "The time is over, so this answer does not count. Every answer saved until then does."
    )


class NoAttemptsLeft(LmsError):
    status = 409
    message = _l(
        "You have used all attempts at this quiz. Your coordinator can tell you what to do next."
    )


class QuizClosed(LmsError):
    status = 409
    message = _l("This quiz has closed. Your coordinator can tell you what to do next.")


class AnswerUnreadable(LmsError):
    status = 422


REFUSALS: dict[rules.Refusal, type[LmsError]] = {
    rules.Refusal.NO_ATTEMPTS_LEFT: NoAttemptsLeft,
    rules.Refusal.CLOSED: QuizClosed,
    rules.Refusal.NOT_YET_OPEN: QuizClosed,
}
REASONS = {
    BadResponseReason.UNKNOWN_OPTION: _l("That is not an answer to this question. Choose again."),
    BadResponseReason.SEVERAL_ANSWERS: _l("This question takes one answer. Give only one."),
    BadResponseReason.TOO_LONG: _l("This answer is too long. Write at most 200 characters."),
}


def start_attempt(seat: Seat, quiz: Quiz) -> Attempt:
    """Begin an attempt, or return the open one. Of two clicks at once, both get the same."""
    standing = queries.standing_of(seat, quiz.step.path)
    if standing.overdue_attempt is not None:
        hand_in(standing.overdue_attempt, quiz)
    if standing.open_attempt is not None:
        return standing.open_attempt
    refusal = standing.permission.reason
    if refusal is not None:
        raise REFUSALS[refusal]
    return _new_attempt(seat, quiz, len(standing.attempts) + 1, standing.now)


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
    mine = (Attempt.enrolment_id == seat.enrolment_id, Attempt.quiz == quiz.step.path)
    try:
        with db.session.begin_nested():
            db.session.add(attempt)
    except IntegrityError:  # a second click was faster by a moment
        return db.session.scalars(
            select(Attempt).where(*mine, Attempt.submitted_at.is_(None))
        ).one()
    if attempt.deadline_at is not None:
        _watch(attempt, attempt.deadline_at)
    audit.record(
        "start_attempt", "attempt", attempt.id, country_code=seat.country_code, quiz=attempt.quiz
    )
    return attempt


def _watch(attempt: Attempt, deadline_at: datetime) -> None:
    """See to it that the attempt counts even when nobody comes back to it."""
    # A moment after the grace: at its very end the attempt still takes answers.
    due_at = deadline_at + rules.GRACE + timedelta(seconds=1)
    jobs.enqueue("hand_in_overdue", due_at=due_at, attempt_id=attempt.id)


def save_answer(
    sitting: Sitting,
    question: Question,
    submitted: Submitted,
    client_id: str,
    *,
    is_quiet: bool = False,
) -> datetime:
    """Add an answer to the log, unless it is there already.

    Args:
        sitting: the attempt, as ``sitting_of(..., to_change=True)`` finds it.
        question: one of its questions.
        submitted: the form.
        client_id: what the page calls this answer.
        is_quiet: sent by the page's script, which makes an id for each answer and keeps it when it
            sends again: what arrives late a second time must not win over a newer answer. A page
            without script keeps its one id, so there the same id may carry another answer.

    Returns:
        When it was saved: the receipt to show, once the caller has committed.
    """
    if not sitting.is_open:
        raise AttemptClosed if sitting.attempt.submitted_at else TimeIsOver
    try:
        response = question.type.parse(question.item.structure, submitted)
    except BadResponse as error:
        raise AnswerUnreadable(str(REASONS[error.reason])) from error
    now = datetime.now(UTC)
    if response == question.response:
        return question.saved_at or now
    if not (is_quiet and _is_repeat(sitting, question, response, client_id)):
        _add(sitting, question, response, client_id, now)
    return now


def _is_repeat(
    sitting: Sitting, question: Question, response: Response | None, client_id: str
) -> bool:
    known = db.session.scalar(select(Answer).where(Answer.client_id == _key(sitting, client_id)))
    return known is not None and (known.item_key, known.response) == (question.key, response)


def _add(
    sitting: Sitting,
    question: Question,
    response: Response | None,
    client_id: str,
    now: datetime,
) -> None:
    values = {
        "attempt_id": sitting.attempt.id,
        "item_key": question.key,
        "response": response,
        "saved_at": now,
    }
    if not insert_once(Answer, **values, client_id=_key(sitting, client_id)):
        # Another answer under a used id: the page came back out of the browser's history.
        insert_once(Answer, **values, client_id=_key(sitting, ""))


def _key(sitting: Sitting, client_id: str) -> str:
    """Keep the ids of one attempt apart from those of another."""
    return f"{sitting.attempt.id}:{client_id or secrets.token_hex(16)}"[:64]


def flag(sitting: Sitting, question: Question, *, is_flagged: bool) -> None:
    """Mark a question for later, or take the mark away."""
    if not sitting.is_open or is_flagged == question.is_flagged:
        return
    others = [key for key in sitting.attempt.flagged if key != question.key]
    sitting.attempt.flagged = [*others, question.key] if is_flagged else others


def submit_attempt(sitting: Sitting) -> None:
    """Hand in an attempt; doing it twice changes nothing.

    After its deadline what was saved until then counts.
    """
    hand_in(sitting.attempt, sitting.quiz)


def hand_in_overdue(attempt_id: int) -> None:
    """Hand in an attempt whose time is over; look again later when it was given more time."""
    attempt = db.session.get(Attempt, attempt_id, with_for_update=True)
    if attempt is None or attempt.deadline_at is None or attempt.enrolment.withdrawn_at is not None:
        return
    state = rules.state(datetime.now(UTC), attempt.submitted_at, attempt.deadline_at)
    if state is rules.AttemptState.OPEN:
        _watch(attempt, attempt.deadline_at)
    elif state is rules.AttemptState.CLOSED:
        hand_in(attempt, queries.quiz_of_attempt(attempt))


def hand_in(attempt: Attempt, quiz: Quiz) -> None:
    """Mark the answers in the log and close the attempt, once."""
    # Whoever saves at the same moment is either in time or told that it was too late.
    db.session.refresh(attempt, with_for_update=True)
    if attempt.submitted_at is not None:
        return
    items = items_of(quiz.version_id)
    answers = queries.last_answers(attempt)
    marks = {}
    for key in attempt.item_keys:
        structure, texts = items[key].structure, list(items[key].texts.values())
        response = answers[key].response if key in answers else None
        marks[key] = TYPES[structure["type"]].mark(structure, response, texts)
    score = rules.score([1] * len(marks), list(marks.values()))
    now = datetime.now(UTC)
    attempt.marks = marks
    attempt.score_percent = float(score.percent)
    attempt.is_passed = rules.is_pass(score, attempt.pass_percent)
    attempt.submitted_at = min(now, attempt.deadline_at) if attempt.deadline_at else now
    db.session.flush()
    audit.record(
        "submit_attempt", "attempt", attempt.id, quiz=attempt.quiz,
        country_code=attempt.enrolment.cohort.country_code,
        score_percent=attempt.score_percent, is_passed=attempt.is_passed,
    )  # fmt: skip
    signals.attempt_submitted.send(attempt)
