"""Saving answers into the log. Nothing here commits."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.errors import Conflict, LmsError
from lms.extensions import db, insert_once
from lms.quizzes.items import BadResponse, BadResponseReason, Response, Submitted
from lms.quizzes.models import Answer
from lms.quizzes.queries import Question, Sitting, last_answers
from lms.quizzes.services.files import keep_file


class AttemptClosed(Conflict):
    message = _l(
        "This attempt was handed in before, so this answer does not count."
        " Every answer saved until then does."
    )


class TimeIsOver(AttemptClosed):
    message = _l(
        "The time is over, so this answer does not count. Every answer saved until then does."
    )


class AnswerUnreadable(LmsError):
    status = 422


def closed(sitting: Sitting) -> AttemptClosed:
    """Say why an attempt takes nothing any more."""
    return AttemptClosed() if sitting.attempt.submitted_at else TimeIsOver()


class NotCheckable(Conflict):
    message = _l("This quiz does not show the right answer after each question. Save your answer.")


class NothingGiven(AnswerUnreadable):
    """There is no answer that could be checked."""


class AnswerChecked(Conflict):
    message = _l(
        "You have seen the right answer to this question, so it takes no other one. Go on with the"
        " next question."
    )


REASONS = {
    BadResponseReason.UNKNOWN_OPTION: _l("That is not an answer to this question. Choose again."),
    BadResponseReason.SEVERAL_ANSWERS: _l("This question takes one answer. Give only one."),
    BadResponseReason.TOO_LONG: _l("This answer is too long. Write at most %(most)s characters."),
    BadResponseReason.FILE_EMPTY: _l("This file is empty. Choose another one."),
    BadResponseReason.FILE_TOO_LARGE: _l(
        "This file is larger than %(size)s. Make it smaller, or choose another one."
    ),
    BadResponseReason.FILE_OF_OTHER_KIND: _l(
        "This file is not of a kind that is taken here: %(kinds)s. Save it as one of these, then"
        " choose it again."
    ),
}


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
        raise closed(sitting)
    try:
        response = question.type.parse(question.item.structure, submitted)
    except BadResponse as error:
        raise AnswerUnreadable(sentence(error)) from error
    now = datetime.now(UTC)
    if question.type.takes_file:
        response = keep_file(sitting.attempt, response, submitted, now) or question.response
    if response == question.response:
        return question.saved_at or now
    if question.is_checked:
        raise AnswerChecked
    if not (is_quiet and _is_repeat(sitting, question, response, client_id)):
        _add(sitting, question, response, client_id, now)
    return now


def sentence(error: BadResponse) -> str:
    """Say why an answer was not saved, and what to do."""
    words = str(REASONS[error.reason])
    return words % error.limits if error.limits else words


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


def check_answer(
    sitting: Sitting, question: Question, submitted: Submitted, client_id: str
) -> None:
    """Save an answer and let the learner see what is right; from then on it takes no other one."""
    if not sitting.may_check(question):
        raise AnswerChecked if question.is_checked else NotCheckable
    save_answer(sitting, question, submitted, client_id)
    if question.key not in last_answers(sitting.attempt):
        raise NothingGiven(str(question.type.nothing_given))
    attempt = sitting.attempt
    attempt.checked = [*attempt.checked, question.key]
    attempt.flagged = [key for key in attempt.flagged if key != question.key]


def flag(sitting: Sitting, question: Question, *, is_flagged: bool) -> None:
    """Mark a question for later, or take the mark away."""
    if not sitting.is_open or is_flagged == question.is_flagged:
        return
    others = [key for key in sitting.attempt.flagged if key != question.key]
    sitting.attempt.flagged = [*others, question.key] if is_flagged else others
