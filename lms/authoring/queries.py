"""What an instructor sees of the own courses: how learners did, never who they are beyond that."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from statistics import mean

from lms.courses.models import CourseItem, CourseVersion
from lms.courses.outline import Step
from lms.courses.queries import items_of, outline_of
from lms.quizzes.models import Attempt
from lms.quizzes.queries import submitted_of_version


@dataclass
class ItemResult:
    """How one item was answered."""

    item: CourseItem
    prompt: str
    marks: list[float] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.marks)

    @property
    def right_percent(self) -> float | None:
        """Share of full marks, 0 to 100; None while nobody has answered."""
        return 100 * sum(mark == 1 for mark in self.marks) / self.count if self.marks else None


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
    def mean_percent(self) -> float | None:
        return mean(attempt.score_percent or 0 for attempt in self.attempts) if self.attempts else None

    @property
    def spread(self) -> list[int]:
        """Count the attempts by tenths of the score: 0–9 %, 10–19 % ... 90–100 %."""
        counted = Counter(min(9, int((attempt.score_percent or 0) // 10)) for attempt in self.attempts)
        return [counted[tenth] for tenth in range(10)]


def quiz_results(version: CourseVersion, step: Step) -> QuizResults:
    """Collect the results of one quiz; the hardest items come first."""
    attempts = submitted_of_version(version.id, step.path)
    items = items_of(version.id)
    language = outline_of(version.id).source_language
    marks: dict[str, list[float]] = defaultdict(list)
    for attempt in attempts:
        for key, mark in attempt.marks.items():
            marks[key].append(mark)
    banks = {draw["bank"] for draw in (step.quiz or {}).get("draw", [])}
    results = [
        ItemResult(item, item.texts[language]["prompt"], marks[key]) for key, item in items.items() if item.bank in banks
    ]
    results.sort(key=lambda result: (result.right_percent is None, result.right_percent or 0))
    return QuizResults(step, attempts, results)
