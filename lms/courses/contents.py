"""A version's outline in the words of one language: what lists of modules and steps show."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from lms.courses.outline import Module, Outline, Step, in_language

KINDS = {
    "reading": _l("Reading"),
    "case": _l("Case study"),
    "video": _l("Video with transcript"),
    "reflection": _l("Reflection"),
}


@dataclass(frozen=True)
class StepLine:
    """One step: its title in the language of the course, all else in the language of the page."""

    path: str
    number: int  # 1 for the first of its module
    label: str  # "Step 2 of 6"
    title: str
    kind: str  # "Reading", "Quiz, 6 questions"
    minutes: str  # "7 min"


@dataclass(frozen=True)
class Term:
    """A key term, and what it means."""

    id: str
    term: str
    means: str


@dataclass(frozen=True)
class ModuleLine:
    slug: str
    number: int
    label: str  # "Module 3"
    title: str
    objectives: tuple[str, ...]
    terms: tuple[Term, ...]
    steps: tuple[StepLine, ...]
    first_text: str  # path of the first step that is no quiz: it opens the module


@dataclass(frozen=True)
class Contents:
    """All modules and steps of a version, in order."""

    language: str  # of the titles
    title: str
    modules: tuple[ModuleLine, ...]

    @cached_property
    def by_path(self) -> dict[str, tuple[ModuleLine, StepLine]]:
        return {step.path: (module, step) for module in self.modules for step in module.steps}


def contents(outline: Outline, language: str) -> Contents:
    """Write an outline in ``language``, or in the one it was written in."""
    language = outline.language_for(language)
    modules = tuple(_module(outline, module, language) for module in outline.modules)
    return Contents(language, outline.title(language), modules)


def _module(outline: Outline, module: Module, language: str) -> ModuleLine:
    return ModuleLine(
        slug=module.slug,
        number=module.number,
        label=_("Module %(number)d", number=module.number),
        title=in_language(module.titles, language, outline.source_language),
        objectives=tuple(in_language(module.objectives, language, outline.source_language)),
        terms=terms_of(outline, module, language),
        steps=tuple(
            StepLine(
                path=step.path,
                number=number,
                label=_("Step %(number)d of %(total)d", number=number, total=len(module.steps)),
                title=in_language(step.titles, language, outline.source_language),
                kind=kind_words(step),
                minutes=_("%(num)d min", num=step.minutes),
            )
            for number, step in enumerate(module.steps, 1)
        ),
        first_text=next((step.path for step in module.steps if step.quiz is None), ""),
    )


def terms_of(outline: Outline, module: Module, language: str) -> tuple[Term, ...]:
    """Return the key terms of a module in a language the course has."""
    return tuple(Term(name, **outline.terms[language][name]) for name in module.terms)


def kind_words(step: Step) -> str:
    """Say what a step is: "Case study", "Quiz, 6 questions"."""
    if step.quiz is None:
        return str(KINDS[step.kind])
    count = sum(draw["count"] for draw in step.quiz["draw"])
    return ngettext("Quiz, %(num)d question", "Quiz, %(num)d questions", count)
