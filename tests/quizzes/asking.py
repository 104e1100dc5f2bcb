"""Lets the first quiz of the course ask what a test wants to know about."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from lms.courses.models import CourseItem
from lms.courses.queries import forget_cached
from lms.extensions import db
from tests.factories import FIRST_QUIZ, first_version

BANK = "who-says-so"
Item = tuple[dict[str, Any], dict[str, Any]]  # its structure and its words
TRUE: Item = (
    {"type": "true_false", "correct": True},
    {"prompt": "The number came first.", "feedback": "It came in 1968."},
)


def ask(*items: Item, bank: str = BANK, **settings: Any) -> list[str]:
    """Let the quiz ask just these items, in this order; return their keys."""
    version = first_version()
    query = select(CourseItem).filter_by(version_id=version.id, bank=bank).order_by(CourseItem.id)
    rows = db.session.scalars(query.limit(len(items))).all()
    for row, (structure, text) in zip(rows, items, strict=True):
        row.structure = {"tags": [], **structure, "id": row.item_id}
        row.texts = {"en": text}
    steps = (step for module in version.outline["modules"] for step in module["steps"])
    quiz = next(step for step in steps if step["path"] == FIRST_QUIZ)["quiz"]
    named = [row.item_id for row in rows]
    quiz.update(draw=[{"bank": bank, "count": len(named), "items": named}], **settings)
    flag_modified(version, "outline")
    db.session.commit()
    forget_cached()
    return [f"{bank}/{row.item_id}" for row in rows]
