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
    sources: tuple[Source, ...]


def cited_sources(outline: Outline, fact_ids: Iterable[str]) -> list[Citation]:
    """Return the notes of a step, numbered as in its text."""
    return [
        Citation(
            number=number,
            fact_id=fact_id,
            says=outline.facts[fact_id]["says"],
            sources=tuple(
                _source(outline.sources[source]) for source in outline.facts[fact_id]["sources"]
            ),
        )
        for number, fact_id in enumerate(fact_ids, 1)
    ]


def _source(kept: dict[str, Any]) -> Source:
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
