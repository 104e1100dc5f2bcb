"""What an instructor sees of the own courses: how learners did, never who they are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import mean

from sqlalchemy import func, select

from lms.authoring import rules
from lms.cohorts.models import Enrolment
from lms.courses.citations import Citation, cited_sources
from lms.courses.models import CourseItem, CourseVersion
from lms.courses.outline import Outline, Step, in_language
from lms.courses.queries import items_of, outline_of
from lms.extensions import db
from lms.quizzes.items import TYPES, Words
from lms.quizzes.models import Attempt
from lms.quizzes.queries import submitted_of_version


@dataclass(frozen=True)
class Option:
    """One choice of an item, and why it is right or wrong where the author says so."""

    words: Words
    is_right: bool
    remark: str


@dataclass(frozen=True)
class ItemCard:
    """One item with its key, its feedback and what it rests on."""

    item_id: str
    difficulty: int | None
    prompt: str
    is_scored: bool
    options: list[Option]  # none where the answer is typed
    answers: list[Words]  # none where no rule can say what is right
    tolerance: str
    feedback: str
    citation: Citation | None
    step: Step | None  # where the answer can be read again


@dataclass
class ItemResult:
    """How one item was answered."""

    prompt: str
    marks: list[float] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.marks)

    @property
    def missing_count(self) -> int:
        """How many more answers it takes until a share says something."""
        return rules.missing(self.count)

    @property
    def right_percent(self) -> int | None:
        """Share of full marks, 0 to 100; None with too few answers."""
        if self.missing_count:
            return None
        return 100 * sum(mark == 1 for mark in self.marks) // self.count


@dataclass(frozen=True)
class QuizResults:
    """One quiz of a version over all its submitted attempts."""

    step: Step
    attempts: list[Attempt]
    items: list[ItemResult]

    @property
    def passed(self) -> int:
        return sum(bool(attempt.is_passed) for attempt in self.attempts)

    @property
    def missing_count(self) -> int:
        return rules.missing(len(self.attempts))

    @property
    def mean_percent(self) -> float | None:
        """Mean of all scores; None with too few attempts."""
        if self.missing_count:
            return None
        return mean(attempt.score_percent or 0 for attempt in self.attempts)

    @property
    def ranked(self) -> list[ItemResult]:
        """List the items with enough answers, the hardest first."""
        enough = [item for item in self.items if not item.missing_count]
        return sorted(enough, key=lambda item: item.right_percent or 0)

    @property
    def unranked(self) -> list[ItemResult]:
        return [item for item in self.items if item.missing_count]

    @property
    def spread(self) -> list[int]:
        """Count the attempts by tenths of the score: 0-9 %, 10-19 % ... 90-100 %."""
        counted = Counter(
            min(9, int((attempt.score_percent or 0) // 10)) for attempt in self.attempts
        )
        return [counted[tenth] for tenth in range(10)]


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


def _items_of_quiz(version: CourseVersion, step: Step) -> dict[str, CourseItem]:
    """Return the items that the quiz may draw, in the order of their banks."""
    banks = {draw["bank"] for draw in (step.quiz or {}).get("draw", [])}
    drawn = [pair for pair in items_of(version.id).items() if pair[1].bank in banks]
    return dict(sorted(drawn, key=lambda pair: pair[1].id))


def item_cards(version: CourseVersion, step: Step, language: str) -> list[ItemCard]:
    """List the items of a quiz with everything that learners see only afterwards."""
    outline = outline_of(version.id)
    return [_card(item, outline, language) for item in _items_of_quiz(version, step).values()]


def _card(item: CourseItem, outline: Outline, language: str) -> ItemCard:
    structure = item.structure
    text = in_language(item.texts, language, outline.source_language)
    kind = TYPES[structure["type"]]
    options = kind.options(structure, text)
    answers = kind.describe_correct(structure, text)
    if not options and isinstance(structure.get("correct"), list):
        answers = [*structure["correct"], *text.get("accepted", [])]
    remarks = text.get("option_feedback", {})
    fact = structure.get("fact", "")
    return ItemCard(
        item_id=item.item_id,
        difficulty=structure.get("difficulty"),
        prompt=text["prompt"],
        is_scored=kind.is_scored,
        options=[
            Option(words, words in answers, remarks.get(option_id, ""))
            for option_id, words in options
        ],
        answers=answers,
        tolerance=rules.tolerance_words(structure),
        feedback=text["feedback"],
        citation=cited_sources(outline, [fact])[0] if fact in outline.facts else None,
        step=outline.by_path.get(structure.get("step", "")),
    )


def quiz_results(version: CourseVersion, step: Step, language: str) -> QuizResults:
    """Collect the results of one quiz."""
    attempts = submitted_of_version(version.id, step.path)
    source_language = outline_of(version.id).source_language
    marks: dict[str, list[float]] = defaultdict(list)
    for attempt in attempts:
        for key, mark in attempt.marks.items():
            marks[key].append(mark)
    results = [
        ItemResult(in_language(item.texts, language, source_language)["prompt"], marks[key])
        for key, item in _items_of_quiz(version, step).items()
        if TYPES[item.structure["type"]].is_scored
    ]
    return QuizResults(step, attempts, results)
