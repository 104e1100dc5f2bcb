"""A quiz as its instructor finds it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lms.accounts.models import Person
from lms.courses.models import CourseItem, CourseVersion
from lms.courses.outline import Outline, Step, in_language
from lms.courses.queries import items_of, taught_version
from lms.quizzes.queries import Quiz, quiz_of_version


@dataclass(frozen=True)
class TaughtQuiz:
    """One quiz step in the newest version of a course that somebody teaches."""

    version: CourseVersion
    quiz: Quiz
    language: str  # of its titles and items

    @property
    def outline(self) -> Outline:
        return self.quiz.outline

    @property
    def step(self) -> Step:
        return self.quiz.step

    @property
    def title(self) -> str:
        return self.quiz.title(self.language)

    @cached_property
    def items(self) -> dict[str, CourseItem]:
        """The items that an attempt may get, by key, in the order of their banks."""
        asked = self.quiz.askable
        found = [pair for pair in items_of(self.version.id).items() if pair[0] in asked]
        return dict(sorted(found, key=lambda pair: pair[1].id))

    def text(self, item: CourseItem) -> dict[str, Any]:
        """Return an item's words; an older version may lack the language."""
        found: dict[str, Any] = in_language(item.texts, self.language, self.outline.source_language)
        return found

    @property
    def url_values(self) -> dict[str, Any]:
        return {
            "course": self.version.course.slug,
            "module": self.step.module_slug,
            "step": self.step.slug,
        }


def taught_quiz(person: Person, course: str, path: str, language: str) -> TaughtQuiz:
    """Return a quiz of a course that somebody teaches, else 404."""
    version = taught_version(person, course)
    quiz = quiz_of_version(version.id, path)
    return TaughtQuiz(version, quiz, quiz.outline.language_for(language))
