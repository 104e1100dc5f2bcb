"""Where a translation says something else than its source: a block is missing, or a number, a name or a link differs.

Only what can be compared without knowing the language is compared; whether a sentence is good, people say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from lms.courses.folder import CourseFolder, Fault
from lms.lib.markdown import CITATION, FIGURE, Block, Document

DIGITS = re.compile(r"\d+")  # so that 1,199 and 1 199, or 0.9 and 0,9, are the same
LINK = re.compile(r"https?://[^\s)>\]]+")
LATIN_NAME = re.compile(r"\b[A-Z][A-Za-z0-9]*[A-Za-z]\b")
OTHER_SCRIPTS = frozenset({"ru", "kk", "ky", "tg", "hy", "ka", "ko"})
"""Languages in which a word in Latin letters is a name that was taken over as it stands."""


def translation_faults(folder: CourseFolder, language: str) -> Iterator[Fault]:
    source = folder.source_language
    text = folder.texts[language]
    file = f"{language}/course.toml"
    if language == source:
        if text.translation is not None:
            yield Fault(file, 0, "The original is no translation.", "Take [translation] out.")
        return
    if text.translation is None:
        yield Fault(file, 0, "Nothing says who translated this.", "Add [translation].")
    if source not in folder.texts:
        return
    yield from _differing(file, "", folder.texts[source].model_dump(), text.model_dump())
    for path, original in folder.steps[source].items():
        if (document := folder.steps[language].get(path)) is not None:
            yield from step_faults(f"{language}/{path}.md", language, original, document)
    for bank, items in folder.item_texts[source].items():
        words = folder.item_texts[language].get(bank, {})
        for item_id in items.keys() & words.keys():
            place = f"{language}/items/{bank}.toml"
            for fault in _differing(place, f"{item_id}: ", items[item_id], words[item_id]):
                yield Fault(place, folder.line_of(place, f"[{item_id}]"), fault.what, fault.repair)
    yield from _fact_faults(folder, language)


def step_faults(
    file: str, language: str, original: Document, translation: Document
) -> Iterator[Fault]:
    ids = [block.id for block in original.blocks]
    translated = {block.id: block for block in translation.blocks}
    for missing in [one for one in ids if one not in translated]:
        yield Fault(file, 0, f"The block {missing} is missing.", "Translate it.")
    for block in translation.blocks:
        if block.id and block.id not in ids:
            what = f"The original has no block {block.id}."
            yield Fault(file, block.line, what, "Take it out, or give it the original's id.")
    if [one for one in translated if one in ids] != [one for one in ids if one in translated]:
        yield Fault(file, 0, "The blocks stand in another order.", "Use the original's.")
    for block in original.blocks:
        if (other := translated.get(block.id)) is not None:
            yield from _block_faults(file, language, block, other)


def _block_faults(file: str, language: str, original: Block, block: Block) -> Iterator[Fault]:
    for what, of in (
        ("The numbers", _numbers),
        ("The links", LINK.findall),
        ("The sources cited", CITATION.findall),
        ("The figures", _figures),
    ):
        yield from _compared(file, block.line, what, of(original.source), of(block.source))
    if language in OTHER_SCRIPTS:
        known = set(LATIN_NAME.findall(original.source))
        for name in dict.fromkeys(LATIN_NAME.findall(CITATION.sub("", block.source))):
            if name not in known:
                what = f"The original does not have the name {name}."
                yield Fault(file, block.line, what, "Write it as the original does.")


def _figures(source: str) -> list[str]:
    found = FIGURE.match(source)
    return [found["name"]] if found else []


def _fact_faults(folder: CourseFolder, language: str) -> Iterator[Fault]:
    file, says = f"{language}/facts.toml", folder.fact_texts[language]
    for fact_id, fact in folder.sources.facts.items():
        if fact_id not in says:
            yield Fault(file, 0, f"The fact {fact_id} has no words.", f'Add {fact_id} = "...".')
            continue
        line = folder.line_of(file, f"{fact_id} =")
        what = f"{fact_id}: the numbers"
        yield from _compared(file, line, what, _numbers(fact.says), _numbers(says[fact_id]))
    for fact_id in says.keys() - folder.sources.facts.keys():
        line = folder.line_of(file, f"{fact_id} =")
        yield Fault(file, line, f"There is no fact {fact_id}.", "Take it out.")


def _differing(file: str, place: str, original: Any, text: Any) -> Iterator[Fault]:
    """Compare the strings of two tables that have the same keys; answers that are right besides may differ."""
    if isinstance(original, dict) and isinstance(text, dict):
        for key in original.keys() & text.keys() - {"accepted", "translation", "drawing"}:
            yield from _differing(file, f"{place}{key}: ", original[key], text[key])
    elif isinstance(original, list) and isinstance(text, list):
        if len(original) != len(text):
            what = f"{place}there are {len(text)}, not {len(original)}."
            yield Fault(file, 0, what, "Translate each.")
        for number, (one, other) in enumerate(zip(original, text, strict=False), 1):
            yield from _differing(file, f"{place}{number}: ", one, other)
    elif isinstance(original, str) and isinstance(text, str):
        yield from _compared(file, 0, f"{place}the numbers", _numbers(original), _numbers(text))


def _numbers(text: str) -> list[str]:
    return DIGITS.findall(CITATION.sub("", LINK.sub("", text)))


def _compared(
    file: str, line: int, what: str, original: Iterable[str], text: Iterable[str]
) -> Iterator[Fault]:
    wanted, found = Counter(original), Counter(text)
    missing, added = wanted - found, found - wanted
    if missing or added:
        lacks = f" lacks {', '.join(sorted(missing.elements()))}" if missing else ""
        has = f" adds {', '.join(sorted(added.elements()))}" if added else ""
        said = " and".join(filter(None, (lacks, has)))
        yield Fault(file, line, f"{what} differ: it{said}.", "Say what the original says.")
