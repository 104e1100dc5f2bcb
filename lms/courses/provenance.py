"""Where a course comes from: its sites and sources, with the facts and the steps that rest on each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from lms.courses.citations import Source, source_of
from lms.courses.contents import Contents, ModuleLine, StepLine
from lms.courses.models import StepText
from lms.courses.outline import Outline
from lms.extensions import db

Place = tuple[ModuleLine, StepLine]


@dataclass(frozen=True)
class SiteUse:
    """A place of a study visit, and the steps that tell of it."""

    name: str
    steps: tuple[Place, ...]


@dataclass(frozen=True)
class FactUse:
    """A fact, and the steps that rest on it."""

    says: str
    language: str  # of what it says
    steps: tuple[Place, ...]


@dataclass(frozen=True)
class SourceUse:
    """A publication, and what rests on it."""

    source: Source
    facts: tuple[FactUse, ...]


@dataclass(frozen=True)
class Provenance:
    sites: tuple[SiteUse, ...]
    sources: tuple[SourceUse, ...]


def provenance_of(version_id: int, outline: Outline, contents: Contents) -> Provenance:
    """Return what rests on what, in the language of ``contents``; sources in the order in which they are needed."""
    cited = _cited(version_id, outline)
    names = outline.text(contents.language)["sites"]
    sites: dict[str, list[Place]] = {}
    for step in outline.steps:
        if step.site:
            sites.setdefault(step.site, []).append(contents.by_path[step.path])
    used: dict[str, list[FactUse]] = {}
    for fact_id, paths in cited.items():
        says, language = outline.says(fact_id, contents.language)
        use = FactUse(says, language, tuple(contents.by_path[path] for path in paths))
        for source in outline.facts[fact_id]["sources"]:
            used.setdefault(source, []).append(use)
    return Provenance(
        sites=tuple(SiteUse(names[site], tuple(steps)) for site, steps in sites.items()),
        sources=tuple(
            SourceUse(source_of(outline.sources[source]), tuple(facts))
            for source, facts in used.items()
        ),
    )


def _cited(version_id: int, outline: Outline) -> dict[str, list[str]]:
    """Return the facts that the text cites, in its order, with the paths of the steps that cite each."""
    rows = db.session.execute(
        select(StepText.path, StepText.citations).where(
            StepText.version_id == version_id, StepText.language == outline.source_language
        )
    )
    citations = {row.path: row.citations for row in rows}
    cited: dict[str, list[str]] = {}
    for step in outline.steps:
        for fact_id in citations.get(step.path, ()):
            cited.setdefault(fact_id, []).append(step.path)
    return cited
