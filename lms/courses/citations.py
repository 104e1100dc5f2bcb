from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lms.courses.outline import Outline


@dataclass(frozen=True)
class Citation:
    """One numbered note of a step: what the fact says, and what it rests on."""

    number: int
    fact_id: str
    says: str
    sources: tuple[dict[str, object], ...]


def cited_sources(outline: Outline, fact_ids: Iterable[str]) -> list[Citation]:
    """Return the notes of a step, numbered as in its text."""
    return [
        Citation(
            number=number,
            fact_id=fact_id,
            says=outline.facts[fact_id]["says"],
            sources=tuple(outline.sources[source] for source in outline.facts[fact_id]["sources"]),
        )
        for number, fact_id in enumerate(fact_ids, 1)
    ]
