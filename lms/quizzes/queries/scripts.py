"""Answers as whoever marks them reads them: each item of an attempt, its key as it holds today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select

from lms.courses.models import CourseItem
from lms.courses.queries import items_of
from lms.extensions import db
from lms.quizzes.items import TYPES, ItemType, Response, Table
from lms.quizzes.models import Answer, Attempt, KeyCorrection

# Built once, because building it anew took as long as asking.
LAST_ANSWERS = select(Answer).where(
    Answer.id.in_(
        select(func.max(Answer.id))
        .where(Answer.attempt_id == bindparam("attempt_id"))
        .group_by(Answer.item_key, Answer.is_stale)
    )
)


@dataclass(frozen=True)
class Log:
    """The end of an attempt's log, for each item that has one."""

    counting: dict[str, Answer]  # the answer that was given last, and counts
    overtaken: dict[str, Answer]  # a stale replay that came in after it


def log_of(attempt: Attempt) -> Log:
    rows = list(db.session.scalars(LAST_ANSWERS, {"attempt_id": attempt.id}))
    counting = {answer.item_key: answer for answer in rows if not answer.is_stale}
    overtaken = {
        answer.item_key: answer
        for answer in rows
        if answer.is_stale
        and (answer.item_key not in counting or answer.id > counting[answer.item_key].id)
    }
    return Log(counting, overtaken)


def last_answers(attempt: Attempt) -> dict[str, Answer]:
    """Return the answer to each item that was given last, and counts."""
    return log_of(attempt).counting


def corrections_of(version_id: int) -> dict[str, KeyCorrection]:
    """Return the corrections of a version's keys that hold: of each item the newest."""
    query = select(KeyCorrection).where(KeyCorrection.version_id == version_id)
    return {one.item_key: one for one in db.session.scalars(query.order_by(KeyCorrection.id))}


@dataclass(frozen=True)
class Script:
    """One item of an attempt and what was answered to it."""

    key: str
    item: CourseItem
    response: Response | None
    correction: KeyCorrection | None = None

    @property
    def type(self) -> ItemType[Any, Any]:
        return TYPES[self.item.structure["type"]]

    @property
    def structure(self) -> Table:
        """The item's structure with the key that holds today."""
        return self.item.structure | (self.correction.key if self.correction else {})

    @property
    def waits_for_person(self) -> bool:
        """Whether no rule can mark it. What was not answered needs no marker."""
        return self.type.is_marked_by_person and self.response is not None

    def mark(self) -> float:
        """Mark by rule: the share of the item's points, 0.0 to 1.0."""
        if self.correction and self.correction.is_given_to_all:
            return 1.0
        return self.type.mark(self.structure, self.response, list(self.item.texts.values()))


def scripts_of(attempt: Attempt) -> list[Script]:
    """List the scored items of an attempt with the answers that count, in the attempt's order."""
    items, answers = items_of(attempt.version_id), last_answers(attempt)
    corrections = corrections_of(attempt.version_id)
    scripts = [
        Script(key, items[key], answers[key].response if key in answers else None, corrections.get(key))
        for key in attempt.item_keys
    ]  # fmt: skip
    return [one for one in scripts if one.type.is_scored]
