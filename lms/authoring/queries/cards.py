"""What an instructor sees of the own courses: how learners did, never who they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from lms.authoring import rules
from lms.authoring.queries.quiz import TaughtQuiz
from lms.cohorts.models import Enrolment
from lms.courses.citations import Citation, cited_sources
from lms.courses.models import CourseVersion
from lms.courses.outline import Outline, Step, in_language
from lms.extensions import db
from lms.quizzes.items import TYPES, Words
from lms.quizzes.models import KeyCorrection
from lms.quizzes.queries import Script, corrections_of


@dataclass(frozen=True)
class Option:
    """One choice of an item, and why it is right or wrong where the author says so."""

    words: Words
    is_right: bool
    remark: str


@dataclass(frozen=True)
class ItemCard:
    """One item with its key, its feedback and what it rests on."""

    bank: str
    item_id: str
    is_correctable: bool  # marked by rule, with a key that may be wrong
    correction: KeyCorrection | None  # what holds since, in this version
    difficulty: int | None
    prompt: str
    is_scored: bool
    options: list[Option]  # none where the answer is typed
    answers: list[Words]  # none where no rule can say what is right
    is_in_parts: bool  # whether they make one answer together; else each of them is one
    left_over: list[Words]  # may be chosen, and is right nowhere
    tolerance: str
    rubric: list[dict[str, Any]]  # title and levels in words, where a person marks
    feedback: str
    citation: Citation | None
    step: Step | None  # where the answer can be read again


def learner_counts(versions: Iterable[CourseVersion]) -> dict[int, int]:
    """Count the learners of each course, in all its versions."""
    rows = db.session.execute(
        select(Enrolment.course_id, func.count(Enrolment.person_id.distinct()))
        .where(
            Enrolment.course_id.in_([version.course_id for version in versions]),
            Enrolment.withdrawn_at.is_(None),
        )
        .group_by(Enrolment.course_id)
    )
    return dict(rows.all())


def item_cards(taught: TaughtQuiz) -> list[ItemCard]:
    """List the items of a quiz with everything that learners see only afterwards."""
    corrections = corrections_of(taught.version.id)
    return [
        _card(Script(key, item, None, corrections.get(key)), taught.outline, taught.language)
        for key, item in taught.items.items()
    ]


def _card(script: Script, outline: Outline, language: str) -> ItemCard:
    item, structure = script.item, script.structure
    text = in_language(item.texts, language, outline.source_language)
    kind = TYPES[structure["type"]]
    options = kind.options(structure, text)
    answers = kind.describe_key(structure, text)
    remarks = text.get("option_feedback", {})
    fact = structure.get("fact", "")
    return ItemCard(
        bank=item.bank,
        item_id=item.item_id,
        is_correctable=kind.is_scored and not kind.is_marked_by_person,
        correction=script.correction,
        difficulty=structure.get("difficulty"),
        prompt=text["prompt"],
        is_scored=kind.is_scored,
        options=[
            Option(words, words in answers, remarks.get(option_id, ""))
            for option_id, words in options
        ],
        answers=answers,
        is_in_parts=isinstance(kind.correct_response(structure), dict),
        left_over=kind.left_over(structure, text),
        tolerance=rules.tolerance_words(structure),
        rubric=list(text.get("rubric", {}).values()),
        feedback=text["feedback"],
        citation=cited_sources(outline, [fact], language)[0] if fact in outline.facts else None,
        step=outline.by_path.get(structure.get("step", "")),
    )
