"""The immutable outline of a published version: plain data, shared by all requests of a process."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lms.courses import format as course_format


@dataclass(frozen=True)
class Step:
    """One step of a module; ``path`` is ``module/step`` and never changes."""

    path: str
    kind: str  # reading, case, video, reflection or quiz
    minutes: int
    number: int  # 1 for the first step of the course
    titles: dict[str, str]
    site: str
    reviewed: str  # ISO date, or empty
    quiz: dict[str, Any] | None
    video: dict[str, Any] | None

    @cached_property
    def settings(self) -> course_format.Quiz:
        """The settings of a quiz; what a version from before a setting does not say is its default."""
        return course_format.Quiz.model_validate(self.quiz, extra="ignore")

    @property
    def module_slug(self) -> str:
        return self.path.partition("/")[0]

    @property
    def slug(self) -> str:
        return self.path.partition("/")[2]


@dataclass(frozen=True)
class Module:
    slug: str
    number: int
    titles: dict[str, str]
    objectives: dict[str, list[str]]
    steps: tuple[Step, ...]
    terms: tuple[str, ...] = ()  # ids of its key terms

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.steps)


@dataclass(frozen=True)
class Outline:
    """Structure and titles of one version in all its languages, with the facts and sources its texts cite."""

    slug: str
    hours: int
    subject: str
    source_language: str
    languages: tuple[str, ...]
    texts: dict[
        str, dict[str, Any]
    ]  # language -> title, summary, audience, outcomes, sites, translation
    modules: tuple[Module, ...]
    certificate: dict[str, Any]  # final (path), kind, issue, valid_months
    facts: dict[str, Any]
    sources: dict[str, Any]
    terms: dict[str, dict[str, Any]] = field(default_factory=dict)  # language -> id -> term, means
    fact_texts: dict[str, dict[str, str]] = field(
        default_factory=dict
    )  # language -> fact id -> says

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for module in self.modules for step in module.steps)

    @cached_property
    def by_path(self) -> dict[str, Step]:
        return {step.path: step for step in self.steps}

    @cached_property
    def paths(self) -> frozenset[str]:
        return frozenset(self.by_path)

    def language_for(self, wanted: str) -> str:
        """Return ``wanted`` where the course has it, else the language it was written in."""
        return wanted if wanted in self.languages else self.source_language

    def text(self, language: str) -> dict[str, Any]:
        return self.texts[self.language_for(language)]

    def title(self, language: str) -> str:
        return str(self.text(language)["title"])

    def says(self, fact_id: str, language: str) -> tuple[str, str]:
        """Return what a fact says, in ``language`` where somebody has translated it, and the language it is in."""
        translated = self.fact_texts.get(language, {}).get(fact_id)
        if translated:
            return translated, language
        return str(self.facts[fact_id]["says"]), self.source_language

    def is_unreviewed(self, path: str, language: str) -> bool:
        """Whether a machine has translated a step, and no person has read the translation yet."""
        translation = self.text(language).get("translation")
        return (
            translation is not None
            and translation["by"] == "machine"
            and path not in translation["reviewed"]
        )

    def neighbours(self, path: str) -> tuple[Step | None, Step | None]:
        """Return the steps before and after a step."""
        index = self.by_path[path].number - 1
        before = self.steps[index - 1] if index else None
        after = self.steps[index + 1] if index + 1 < len(self.steps) else None
        return before, after


def in_language(texts: dict[str, Any], language: str, source_language: str) -> Any:
    """Return the text in ``language``, else the original."""
    return texts.get(language, texts[source_language])


def load(data: dict[str, Any]) -> Outline:
    """Build an outline from what ``CourseVersion.outline`` holds."""
    modules = tuple(
        Module(
            **{
                **module,
                "steps": tuple(Step(**step) for step in module["steps"]),
                "terms": tuple(module.get("terms", ())),
            }
        )
        for module in data["modules"]
    )
    return Outline(**{**data, "languages": tuple(data["languages"]), "modules": modules})
