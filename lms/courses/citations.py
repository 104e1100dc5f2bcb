"""The notes of a step: what each cited fact says, and the sources it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_date

from lms.courses.outline import Outline
from lms.web.languages import day


@dataclass(frozen=True)
class Source:
    """One publication."""

    title: str
    publisher: str
    date: str  # in words, as exact as known; may be empty
    url: str | None
    weak: bool  # a blog, a repost or a supplier's own account

    @property
    def published(self) -> str:
        """By whom and when: "The Korea Herald, 27 September 2025"; may be empty."""
        return ", ".join(filter(None, (self.publisher, self.date)))


@dataclass(frozen=True)
class Citation:
    """One numbered note of a step: what the fact says, and what it rests on."""

    number: int
    fact_id: str
    says: str
    language: str  # of what it says
    sources: tuple[Source, ...]


def cited_sources(outline: Outline, fact_ids: Iterable[str], language: str) -> list[Citation]:
    """Return the notes of a step, numbered as in its text; facts in ``language`` where they are translated."""
    return [_citation(outline, *numbered, language) for numbered in enumerate(fact_ids, 1)]


def _citation(outline: Outline, number: int, fact_id: str, language: str) -> Citation:
    says, shown = outline.says(fact_id, language)
    sources = outline.facts[fact_id]["sources"]
    kept = tuple(source_of(outline.sources[source]) for source in sources)
    return Citation(number, fact_id, says, shown, kept)


def source_of(kept: dict[str, Any]) -> Source:
    return Source(**{**kept, "date": date_words(kept["date"])})


def date_words(written: str) -> str:
    """Put ``2024-12-27`` or ``2024-12`` into words; what is no date stays as it was written."""
    parts = written.split("-")
    try:
        found = date(*(int(part) for part in [*parts, "1", "1"][:3]))
    except ValueError:
        return written
    if len(parts) == 3:
        return day(found)
    return format_date(found, "LLLL y") if len(parts) == 2 else written
