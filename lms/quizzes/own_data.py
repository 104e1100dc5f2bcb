"""A person's attempts at quizzes: what was answered, and what came of it. Keys are never part of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, select, update

from lms.accounts.models import Person
from lms.accounts.services.personal_data import facts_of
from lms.cohorts.models import Enrolment
from lms.courses.queries import items_of
from lms.extensions import db
from lms.quizzes.items import TYPES
from lms.quizzes.models import Answer, AnswerFile, Attempt, ExtraTime, KeptAnswer, Marking

OF_THE_DRAW = ("seed",)  # items come back in later attempts


def export(person: Person) -> dict[str, Any]:
    extra_time = db.session.scalar(select(ExtraTime).where(ExtraTime.person_id == person.id))
    return {
        "attempts": [
            {
                **facts_of(attempt, *OF_THE_DRAW),
                "answers": [facts_of(one, "attempt_id") for one in attempt.answers],
                "comments": _comments(attempt) if attempt.marked_at else [],
                "files": [facts_of(one, "content", "attempt_id") for one in _files(attempt)],
            }
            for attempt in _attempts(person)
        ],
        "extra_time": facts_of(extra_time, "granted_by_id") if extra_time else None,
    }


def files(person: Person) -> Iterable[tuple[str, bytes]]:
    """Return what was handed in; the id before the name keeps two of one name apart."""
    for attempt in _attempts(person):
        for file in _files(attempt):
            yield f"{file.id}-{file.name.replace('/', '_')}", file.content


def _attempts(person: Person) -> list[Attempt]:
    query = select(Attempt).join(Attempt.enrolment).where(Enrolment.person_id == person.id)
    return list(db.session.scalars(query.order_by(Attempt.id)))


def _files(attempt: Attempt) -> list[AnswerFile]:
    return list(db.session.scalars(select(AnswerFile).where(AnswerFile.attempt_id == attempt.id)))


def _comments(attempt: Attempt) -> list[dict[str, Any]]:
    query = select(Marking).where(Marking.attempt_id == attempt.id, Marking.comment != "")
    kept = ("item_key", "comment", "marked_at")
    return [{name: getattr(one, name) for name in kept} for one in db.session.scalars(query)]


def erase(person: Person) -> None:
    """Remove what was written in own words, the files and the comments on them.

    What was chosen or typed into a gap stays with its mark: it says nothing about who it was, and
    the figures of the quiz would change without it.
    """
    attempts = _attempts(person)
    ids = [attempt.id for attempt in attempts]
    for attempt in attempts:
        db.session.execute(
            update(Answer)
            .where(Answer.attempt_id == attempt.id, Answer.item_key.in_(_in_own_words(attempt)))
            .values(response=None)
        )
    for model in (AnswerFile, KeptAnswer):
        db.session.execute(delete(model).where(model.attempt_id.in_(ids)))
    db.session.execute(
        update(Marking).where(Marking.attempt_id.in_(ids)).values(comment="", reason="")
    )
    db.session.execute(update(ExtraTime).where(ExtraTime.person_id == person.id).values(reason=""))


def _in_own_words(attempt: Attempt) -> list[str]:
    items = items_of(attempt.version_id)
    return [
        key
        for key in attempt.item_keys
        if key in items and TYPES[items[key].structure["type"]].is_in_own_words
    ]
