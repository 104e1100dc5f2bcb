"""Faults of items: their structure, and their words in each language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from lms.courses.checks.quizzes import is_scored
from lms.courses.folder import CourseFolder, Fault

ITEM_CHECKS: list[Callable[[dict[str, Any], dict[str, Any]], list[Any]]] = []
"""Checkers of one item's structure and text; filled by ``wiring``, because item types live above this package.

What they answer has ``part`` ("structure" or "text"), ``field``, ``what`` and ``repair``.
"""


def bank_faults(folder: CourseFolder) -> Iterator[Fault]:
    entries = dict(folder.step_entries())
    for bank, items in folder.items.items():
        file = f"items/{bank}.toml"
        counted = Counter(str(item.get("id")) for item in items)
        for item in items:
            item_id = str(item.get("id"))
            line = folder.line_of(file, f'id = "{item_id}"')
            if counted[item_id] > 1:
                yield Fault(
                    file,
                    line,
                    f"The id {item_id} stands {counted[item_id]} times.",
                    "Give each item its own id.",
                )
            left_out = set() if is_scored(item) else {None}  # no fact says what somebody thinks
            if item.get("fact") not in folder.sources.facts.keys() | left_out:
                yield Fault(
                    file,
                    line,
                    f"{item_id}: the fact {item.get('fact')!r} is unknown.",
                    "Name a fact of sources.toml.",
                )
            if item.get("step") not in entries.keys() | left_out:
                yield Fault(
                    file,
                    line,
                    f"{item_id}: there is no step {item.get('step')!r}.",
                    "Name the step to read again.",
                )


def item_text_faults(folder: CourseFolder, language: str) -> Iterator[Fault]:
    for bank, items in folder.items.items():
        known = folder.item_texts[language].get(bank, {})
        file = f"{language}/items/{bank}.toml"
        structures = {str(item.get("id")): item for item in items}
        for item_id in sorted(structures.keys() - known.keys()):
            yield Fault(
                file,
                0,
                f"The item {item_id} has no words.",
                f"Add [{item_id}] with prompt and feedback.",
            )
        for item_id in sorted(known.keys() - structures.keys()):
            line = folder.line_of(file, f"[{item_id}]")
            yield Fault(file, line, f"There is no item {item_id}.", f"Add it to items/{bank}.toml.")
        for item_id in sorted(known.keys() & structures.keys()):
            yield from item_faults(folder, language, bank, structures[item_id])


def item_faults(
    folder: CourseFolder, language: str, bank: str, structure: dict[str, Any]
) -> Iterator[Fault]:
    """Ask the item's type about its structure and its words; each fault stands in the file that has it."""
    item_id = str(structure.get("id"))
    places = {
        "structure": (f"items/{bank}.toml", f'id = "{item_id}"'),
        "text": (f"{language}/items/{bank}.toml", f"[{item_id}]"),
    }
    text = folder.item_text(language, bank, structure)
    for checker in ITEM_CHECKS:
        for found in checker(structure, text):
            file, start = places[found.part]
            what = f"{found.field}: {found.what}" if found.field else found.what
            yield Fault(file, folder.line_of(file, start), f"{item_id}: {what}", found.repair)
