"""A quiz with items that people mark, made out of the first quiz of the course."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from lms.courses.models import CourseItem, CourseVersion
from lms.courses.queries import forget_cached
from lms.extensions import db
from tests.factories import FIRST_QUIZ

BANK = "who-says-so"
LEVELS = ["None of it", "Some of it", "Most of it", "All of it"]
WORDS = {
    "prompt": "What would you change?",
    "feedback": "A good answer names one thing.",
    "rubric": {
        "clarity": {"title": "Clear", "levels": LEVELS},
        "evidence": {"title": "Rests on facts", "levels": LEVELS[:2]},
    },
}
ESSAY = {"type": "essay", "rubric": {"clarity": 3, "evidence": 1}}
FILE = {"type": "file_upload", "rubric": {"clarity": 3, "evidence": 1}, "accepts": ["pdf", "docx"]}
TRUE = {"type": "true_false", "correct": True}


def make_quiz(*structures: dict, **settings) -> list[str]:
    """Let the quiz ask just these items, in this order; return their keys."""
    query = select(CourseItem).where(CourseItem.bank == BANK).order_by(CourseItem.id)
    items = db.session.scalars(query.limit(len(structures))).all()
    for item, structure in zip(items, structures, strict=True):
        item.structure = {"id": item.item_id, "tags": [], **structure}
        item.texts = {"en": WORDS if "rubric" in structure else {**WORDS, "rubric": {}}}
    version = db.session.scalars(select(CourseVersion)).one()
    steps = (step for module in version.outline["modules"] for step in module["steps"])
    quiz = next(step for step in steps if step["path"] == FIRST_QUIZ)["quiz"]
    quiz.update(draw=[{"bank": BANK, "items": [item.item_id for item in items]}], **settings)
    flag_modified(version, "outline")
    db.session.commit()
    forget_cached()
    return [f"{BANK}/{item.item_id}" for item in items]
