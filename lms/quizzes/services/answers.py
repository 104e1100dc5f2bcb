"""Saving answers into the log. Nothing here commits."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeGuard

from flask_babel import lazy_gettext as _l
from sqlalchemy import Boolean, Executable, and_, bindparam, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from lms.errors import Conflict, LmsError
from lms.extensions import db
from lms.quizzes.items import BadResponse, BadResponseReason, Response, Submitted
from lms.quizzes.models import LONGEST_CLIENT_ID, Answer
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


@dataclass(frozen=True)
class Receipt:
    """What became of an answer: to be told once the caller has committed."""

    response: Response | None
    saved_at: datetime
    sequence: int  # of the newest answer to the question that counts; 0: there is none
    is_stale: bool = False


def save_answer(
    sitting: Sitting,
    question: Question,
    submitted: Submitted,
    client_id: str,
    *,
    is_quiet: bool = False,
    base: int | None = None,
    known: Answer | None = None,
) -> Receipt:
    """Add an answer to the log, unless it is there already.

    Args:
        sitting: the attempt, held until the transaction ends (``slot_of``).
        question: one of its questions.
        submitted: the form.
        client_id: what the page calls this answer.
        is_quiet: sent by the page's script, which makes an id for each answer and keeps it when it
            sends again: what arrives late a second time must not win over a newer answer. A page
            without script keeps its one id, so there the same id may carry another answer.
        base: given for what waited on a device: the newest answer that the page knew. Where another
            one counts by now, this one is kept and does not count.
        known: what the log has under ``client_id``.
    """
    if not sitting.is_open:  # the attempt was read while it was held, the log a moment before
        known = known or _known(_key(sitting, client_id))
        if known is None:
            raise closed(sitting)
    response = _read(sitting, question, submitted)
    if (is_quiet or not sitting.is_open) and _is_same(known, question, response):
        return _receipt_again(known, question)
    if not sitting.is_open:
        raise closed(sitting)
    if response == question.response and _counts_still(sitting, question):
        return Receipt(response, question.saved_at or datetime.now(UTC), question.sequence)
    if question.is_checked:
        raise AnswerChecked
    # A used id under another answer: the page came back out of the browser's history.
    return _add(sitting, question, response, "" if known else client_id, base)


def sentence(error: BadResponse) -> str:
    """Say why an answer was not saved, and what to do."""
    words = str(REASONS[error.reason])
    return words % error.limits if error.limits else words


def _read(sitting: Sitting, question: Question, submitted: Submitted) -> Response | None:
    try:
        response = question.type.parse(question.item.structure, submitted)
    except BadResponse as error:
        raise AnswerUnreadable(sentence(error)) from error
    if not question.type.takes_file:
        return response
    kept = keep_file(sitting.attempt, response, submitted, datetime.now(UTC))
    return kept or question.response  # a form without a file takes none back


def _known(key: str) -> Answer | None:
    return db.session.scalar(select(Answer).where(Answer.client_id == key))


def _is_same(
    known: Answer | None, question: Question, response: Response | None
) -> TypeGuard[Answer]:
    return known is not None and (known.item_key, known.response) == (question.key, response)


def _receipt_again(known: Answer, question: Question) -> Receipt:
    """Tell of an answer what was told when it came first."""
    sequence = question.sequence if known.is_stale else known.id
    return Receipt(known.response, known.saved_at, sequence, known.is_stale)


def _counts_still(sitting: Sitting, question: Question) -> bool:
    """Whether no other device answered between reading the log and holding the attempt."""
    newest = last_answers(sitting.attempt).get(question.key)
    return (newest.id if newest else 0) == question.sequence


def _add(
    sitting: Sitting,
    question: Question,
    response: Response | None,
    client_id: str,
    base: int | None,
) -> Receipt:
    now = datetime.now(UTC)
    values = {
        "attempt_id": sitting.attempt.id, "item_key": question.key, "response": response,
        "saved_at": now, "is_replay": base is not None, "is_late": base is not None,
        "attempt": sitting.attempt.id, "item": question.key, "base": base or 0,
    }  # fmt: skip
    key = _key(sitting, client_id)
    added = _insert(values, key)
    if added is None:
        known = _known(key)
        if _is_same(known, question, response) and known.id > question.sequence:
            return _receipt_again(known, question)  # sent twice at a time
        added = _insert(values, _key(sitting, ""))
    assert added is not None  # noqa: S101 - made of chance alone
    sequence, is_stale = added
    if is_stale and base is not None:
        newest = question.sequence  # seen before the attempt was held, so it may be an old one
        sequence = newest if newest > base else last_answers(sitting.attempt)[question.key].id
    return Receipt(response, now, sequence, is_stale)


_table = Answer.metadata.tables[Answer.__tablename__]
_newer = _table.alias()
_is_overtaken = and_(
    bindparam("is_late", type_=Boolean),
    exists().where(
        _newer.c.attempt_id == bindparam("attempt"),
        _newer.c.item_key == bindparam("item"),
        ~_newer.c.is_stale,
        _newer.c.id > bindparam("base"),
    ),
)


@lru_cache
def _insertion(dialect: str) -> Executable:
    """Build the statement once. Whether the answer is stale is decided where no other can come between."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return (
        insert(_table)
        .values(is_stale=_is_overtaken)
        .on_conflict_do_nothing()
        .returning(_table.c.id, _table.c.is_stale)
    )


def _insert(values: dict[str, Any], key: str) -> tuple[int, bool] | None:
    """Add a row; None when the id is in the log already."""
    statement = _insertion(db.session.get_bind().dialect.name)
    row = db.session.execute(statement, values | {"client_id": key}).one_or_none()
    return tuple(row) if row else None


def _key(sitting: Sitting, client_id: str) -> str:
    """Keep the ids of one attempt apart from those of another."""
    return f"{sitting.attempt.id}:{client_id or secrets.token_hex(16)}"[:LONGEST_CLIENT_ID]


def check_answer(
    sitting: Sitting, question: Question, submitted: Submitted, client_id: str
) -> None:
    """Save an answer and let the learner see what is right; from then on it takes no other one."""
    if not sitting.may_check(question):
        raise AnswerChecked if question.is_checked else NotCheckable
    if save_answer(sitting, question, submitted, client_id).response is None:
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
