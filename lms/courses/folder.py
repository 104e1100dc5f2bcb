"""Reads a course's folder into plain objects, and collects every fault with file, line and repair."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, RootModel, ValidationError

from lms.courses.format import (
    CourseFile,
    CourseText,
    FactsFile,
    ItemsFile,
    ModuleFile,
    SourcesFile,
    StepEntry,
    Term,
    TermsFile,
)
from lms.lib import markdown

V = TypeVar("V")
T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to repair; ``line`` is 0 where no line can be named."""

    file: str
    line: int
    what: str
    repair: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.what} {self.repair}"


@dataclass
class CourseFolder:
    """All files of a course. What could not be read is missing here and named in ``faults``."""

    root: Path
    course: CourseFile | None = None
    sources: SourcesFile = field(default_factory=SourcesFile)
    modules: dict[str, ModuleFile] = field(default_factory=dict)
    items: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # bank -> items
    texts: dict[str, CourseText] = field(default_factory=dict)  # language ->
    terms: dict[str, dict[str, Term]] = field(default_factory=dict)  # language -> id ->
    fact_texts: dict[str, dict[str, str]] = field(default_factory=dict)  # language -> fact id ->
    # language -> bank -> item id ->
    item_texts: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    # language -> path ->
    steps: dict[str, dict[str, markdown.Document]] = field(default_factory=dict)
    figures: dict[str, dict[str, str]] = field(default_factory=dict)  # language -> name -> svg
    faults: list[Fault] = field(default_factory=list)

    @property
    def source_language(self) -> str:
        return self.course.source_language if self.course else "en"

    def step_entries(self) -> list[tuple[str, StepEntry]]:
        """List ``(module/step, entry)`` in the order of the course."""
        slugs = self.course.modules if self.course else list(self.modules)
        return [
            (f"{slug}/{step.id}", step)
            for slug in slugs
            if slug in self.modules
            for step in self.modules[slug].steps
        ]

    def item_text(self, language: str, bank: str, structure: dict[str, Any]) -> dict[str, Any]:
        """Return an item's words in a language; where it asks about a figure, the drawing with them."""
        text: dict[str, Any] = self.item_texts[language][bank][str(structure.get("id"))]
        if "figure" not in structure or not isinstance(text, dict):
            return text
        svg = self.figures[language].get(str(structure["figure"]), "")
        return {**text, "drawing": markdown.drawing(svg, "figure-alt")}

    def fault(self, file: str, what: str, repair: str, line: int = 0) -> None:
        self.faults.append(Fault(file, line, what, repair))

    def line_of(self, file: str, text: str) -> int:
        """Return the first line of a file that has ``text``, 0 if none."""
        path = self.root / file
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        return next((number for number, line in enumerate(lines, 1) if text in line), 0)


def read(root: Path) -> CourseFolder:
    """Read every file of a course."""
    folder = CourseFolder(root)
    folder.course = _table(folder, "course.toml", CourseFile)
    folder.sources = _table(folder, "sources.toml", SourcesFile) or SourcesFile()
    for slug in folder.course.modules if folder.course else []:
        if (module := _table(folder, f"modules/{slug}.toml", ModuleFile)) is not None:
            folder.modules[slug] = module
    for path in sorted(root.glob("items/*.toml")):
        if (bank := _table(folder, f"items/{path.name}", ItemsFile)) is not None:
            folder.items[path.stem] = bank.items
    for path in sorted(root.glob("*/course.toml")):
        _read_language(folder, path.parent.name)
    return folder


def _read_language(folder: CourseFolder, language: str) -> None:
    text = _table(folder, f"{language}/course.toml", CourseText)
    if text is None:
        return
    base = folder.root / language
    folder.texts[language] = text
    folder.terms[language] = _optional(folder, f"{language}/terms.toml", TermsFile)
    folder.fact_texts[language] = _optional(folder, f"{language}/facts.toml", FactsFile)
    folder.item_texts[language] = {
        path.stem: _toml(folder, f"{language}/items/{path.name}") or {}
        for path in sorted(base.glob("items/*.toml"))
    }
    folder.figures[language] = {
        path.name: _text(folder, f"{language}/figures/{path.name}")
        for path in sorted(base.glob("figures/*.svg"))
    }
    folder.steps[language] = {
        path: markdown.parse(_text(folder, f"{language}/{path}.md"))
        for path, entry in folder.step_entries()
        if entry.kind != "quiz" and (base / f"{path}.md").is_file()
    }


def _text(folder: CourseFolder, file: str) -> str:
    try:
        return (folder.root / file).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        folder.fault(file, f"This is not UTF-8: {error}.", "Save it as UTF-8.")
        return ""


def _optional(
    folder: CourseFolder, file: str, model: type[RootModel[dict[str, V]]]
) -> dict[str, V]:
    """Read a table of which there need be no file."""
    found = _table(folder, file, model) if (folder.root / file).is_file() else None
    return found.root if found else {}


def _table(folder: CourseFolder, file: str, model: type[T]) -> T | None:
    data = _toml(folder, file)
    if data is None:
        return None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            place = ".".join(str(part) for part in problem["loc"])
            key = next(
                (str(part) for part in reversed(problem["loc"]) if isinstance(part, str)), ""
            )
            folder.fault(
                file,
                f"{place}: {problem['msg']}.",
                "See docs/course-format.md.",
                folder.line_of(file, key),
            )
        return None


def _toml(folder: CourseFolder, file: str) -> dict[str, Any] | None:
    path = folder.root / file
    if not path.is_file():
        folder.fault(file, "This file is missing.", "Add it; docs/course-format.md shows one.")
        return None
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        found = re.search(r"at line (\d+)", str(error))
        folder.fault(
            file, f"This is not TOML: {error}.", "Mend the line.", int(found[1]) if found else 0
        )
        return None
