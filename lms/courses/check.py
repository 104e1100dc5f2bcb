"""Everything that can be wrong with a course, each with the file, the line and what to do about it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lms.config import LANGUAGES
from lms.courses.folder import CourseFolder, Fault, read
from lms.courses.format import Draw, Gain, Quiz, StepEntry
from lms.lib.markdown import Block, Document

FEWEST_WORDS, MOST_WORDS = 300, 900
CODE = re.compile(r"`[^`]*`")
HTML_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


ITEM_CHECKS: list[Callable[[dict[str, Any], dict[str, Any]], list[Any]]] = []
"""Checkers of one item's structure and text; filled by ``wiring``, because item types live above this package.

What they answer has ``part`` ("structure" or "text"), ``field``, ``what`` and ``repair``.
"""

SCORED_CHECKS: list[Callable[[dict[str, Any]], bool]] = []
"""Say whether an item can earn points; filled by ``wiring`` for the same reason."""


def check(root: Path) -> list[Fault]:
    """Return every fault of the course in ``root``, in the order of files and lines; empty when it may be published."""
    folder = read(root)
    if folder.course is not None:
        for find in (structure_faults, source_faults, bank_faults):
            folder.faults.extend(find(folder))
        for language in folder.texts:
            folder.faults.extend(language_faults(folder, language))
    return sorted(set(folder.faults))


def structure_faults(folder: CourseFolder) -> Iterator[Fault]:
    course = folder.course
    assert course is not None  # noqa: S101 - the caller looked
    if course.id != folder.root.name:
        yield Fault(
            "course.toml",
            1,
            f"The id {course.id!r} is not the folder's name.",
            f'Write id = "{folder.root.name}".',
        )
    if course.source_language not in folder.texts:
        yield Fault(
            "course.toml",
            0,
            "The source language has no folder.",
            f"Add {course.source_language}/course.toml.",
        )
    entries = dict(folder.step_entries())
    for path, count in Counter(path for path, _entry in folder.step_entries()).items():
        if count > 1:
            yield Fault(
                f"modules/{path.split('/', 1)[0]}.toml",
                0,
                f"{path} stands {count} times.",
                "Give each step its own id.",
            )
    final = entries.get(course.certificate.final)
    if final is None or final.kind != "quiz":
        yield Fault(
            "course.toml",
            0,
            f"{course.certificate.final} is no quiz of this course.",
            "Name the final quiz.",
        )
    for path, entry in entries.items():
        yield from step_faults(folder, path, entry)


def step_faults(folder: CourseFolder, path: str, entry: StepEntry) -> Iterator[Fault]:
    file = f"modules/{path.split('/', 1)[0]}.toml"
    line = folder.line_of(file, f'id = "{entry.id}"')
    for what, repair in step_mistakes(folder, entry):
        yield Fault(file, line, f"{entry.id}: {what}", repair)


def step_mistakes(folder: CourseFolder, entry: StepEntry) -> Iterator[tuple[str, str]]:
    """Tell what is wrong with the entry of a step, and how to mend it."""
    for kind, table in (("quiz", entry.quiz), ("video", entry.video)):
        if (entry.kind == kind) != (table is not None):
            what = f"kind and [steps.{kind}] do not fit."
            yield what, f"A {kind} has both, another step neither."
    if entry.site is not None and entry.site not in folder.sources.sites:
        yield f"the site {entry.site!r} is unknown.", "Add it to [sites] in sources.toml."
    if entry.quiz:
        yield from quiz_mistakes(folder, entry.quiz)


def quiz_mistakes(folder: CourseFolder, quiz: Quiz) -> Iterator[tuple[str, str]]:
    drawn: list[dict[str, Any]] = []
    for draw in quiz.draw:
        bank = folder.items.get(draw.bank)
        if bank is None:
            yield f"there is no bank {draw.bank!r}.", f"Add items/{draw.bank}.toml."
            continue
        unknown = set(draw.items) - {str(item.get("id")) for item in bank}
        for named in unknown:
            yield f"the bank {draw.bank} has no item {named!r}.", "Name one of its items."
        fitting = [item for item in bank if _fits(item, draw)]
        if len(fitting) < draw.count and not unknown:
            what = f"draws {draw.count} items, but only {len(fitting)} fit."
            yield what, "Draw fewer or write more."
        if not draw.items and len(set(map(_is_scored, fitting))) > 1:
            what = "draws by chance among items that are scored and items that are not."
            yield what, "Draw those that are not scored by name (items), or by a tag of their own."
        drawn += fitting
    if drawn and quiz.pass_percent and not any(map(_is_scored, drawn)):
        yield "nothing in it is scored, so nobody could pass.", "Write pass_percent = 0."
    if quiz.gain:
        yield from gain_mistakes(folder, quiz, quiz.gain)


def gain_mistakes(folder: CourseFolder, quiz: Quiz, gain: Gain) -> Iterator[tuple[str, str]]:
    """Tell what keeps a pre-test and its post-test from being compared."""
    post = dict(folder.step_entries()).get(gain.post)
    if post is None or post.quiz is None or post.quiz is quiz:
        yield f"the post-test {gain.post!r} is no other quiz of this course.", "Name one."
        return
    for objective in gain.objectives:
        for name, asking in (("this quiz", quiz), (gain.post, post.quiz)):
            if objective not in _askable_tags(folder, asking):
                what = f"no question that {name} may draw has the objective {objective!r}."
                yield what, "Tag a question with it, or leave the objective out."


def _askable_tags(folder: CourseFolder, quiz: Quiz) -> set[str]:
    return {
        tag
        for draw in quiz.draw
        for item in folder.items.get(draw.bank, [])
        if _fits(item, draw) and _is_scored(item)
        for tag in item.get("tags", [])
    }


def _fits(item: dict[str, Any], draw: Draw) -> bool:
    if draw.items:
        return item.get("id") in draw.items
    tags = set(draw.tags) <= set(item.get("tags", []))
    return tags and draw.difficulty in {None, item.get("difficulty")}


def _is_scored(item: dict[str, Any]) -> bool:
    return all(ask(item) for ask in SCORED_CHECKS)


def source_faults(folder: CourseFolder) -> Iterator[Fault]:
    for fact_id, fact in folder.sources.facts.items():
        for source in fact.sources:
            if source not in folder.sources.sources:
                line = folder.line_of("sources.toml", f"[facts.{fact_id}]")
                yield Fault(
                    "sources.toml",
                    line,
                    f"Fact {fact_id} rests on {source!r}, which is not listed.",
                    "Add the source.",
                )


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
            left_out = set() if _is_scored(item) else {None}  # no fact says what somebody thinks
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


def language_faults(folder: CourseFolder, language: str) -> Iterator[Fault]:
    course, text = folder.course, folder.texts[language]
    assert course is not None  # noqa: S101 - the caller looked
    file = f"{language}/course.toml"
    if language not in LANGUAGES:
        what = f"{language!r} is no language of the platform."
        yield Fault(file, 0, what, f"Use one of {', '.join(LANGUAGES)}.")
    for slug in course.modules:
        if slug not in text.modules:
            yield Fault(file, 0, f"The module {slug} has no title.", f"Add [modules.{slug}].")
    for path, entry in folder.step_entries():
        if entry.site and entry.site not in text.sites:
            line = folder.line_of(file, "[sites]")
            yield Fault(file, line, f"The site {entry.site} has no name.", "Add it to [sites].")
        if entry.kind != "quiz":
            yield from step_text_faults(folder, language, path)
        elif path not in text.quizzes:
            line = folder.line_of(file, "[quizzes]")
            repair = f'Add "{path}" to [quizzes].'
            yield Fault(file, line, f"The quiz {path} has no title.", repair)
    yield from item_text_faults(folder, language)


def step_text_faults(folder: CourseFolder, language: str, path: str) -> Iterator[Fault]:
    file = f"{language}/{path}.md"
    document = folder.steps[language].get(path)
    if document is None:
        yield Fault(file, 0, "This step has no text.", "Write the file.")
    else:
        yield from document_faults(folder, language, file, document)


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


def document_faults(
    folder: CourseFolder, language: str, file: str, document: Document
) -> Iterator[Fault]:
    if not document.title:
        yield Fault(file, 1, "The step has no title.", "Begin with a line '# Title'.")
    if not FEWEST_WORDS <= document.words <= MOST_WORDS:
        yield Fault(
            file,
            0,
            f"The step has {document.words} words.",
            f"Keep it between {FEWEST_WORDS} and {MOST_WORDS}.",
        )
    counted = Counter(block.id for block in document.blocks)
    for block in document.blocks:
        if not block.id:
            yield Fault(
                file,
                block.line,
                "This block has no id.",
                "Write {#p1} on a line of its own above it.",
            )
        elif counted[block.id] > 1:
            yield Fault(
                file,
                block.line,
                f"The id {block.id} stands {counted[block.id]} times.",
                "Give each block its own.",
            )
        yield from html_faults(file, block)
        yield from citation_faults(folder, file, block)
        yield from figure_faults(folder, language, file, block)


def citation_faults(folder: CourseFolder, file: str, block: Block) -> Iterator[Fault]:
    for fact in block.citations:
        if fact not in folder.sources.facts:
            yield Fault(
                file, block.line, f"The fact {fact!r} is unknown.", "Name a fact of sources.toml."
            )
    is_claim = (
        block.figure is None
        and not block.source.startswith("#")
        and re.search(r"\d\d", block.source)
    )
    if is_claim and not block.citations:
        yield Fault(
            file,
            block.line,
            "A figure or a date stands here without a source.",
            "Cite the fact: [^its-id].",
        )


def html_faults(file: str, block: Block) -> Iterator[Fault]:
    if found := HTML_TAG.search(CODE.sub("", block.source)):
        what = f"HTML is not allowed: {found[0]}"
        yield Fault(
            file, block.line, what, "Write it in Markdown, or as `code` to show the tag itself."
        )


def figure_faults(folder: CourseFolder, language: str, file: str, block: Block) -> Iterator[Fault]:
    if "![" not in CODE.sub("", block.source):
        return
    figure = block.figure
    if figure is None:
        yield Fault(
            file,
            block.line,
            "This picture cannot be read.",
            'Write ![words](figures/name.svg "caption").',
        )
    elif not figure["alt"].strip():
        yield Fault(
            file, block.line, "The figure has no text alternative.", "Say in words what it shows."
        )
    elif figure["name"] not in folder.figures[language]:
        yield Fault(
            file,
            block.line,
            f"There is no figure {figure['name']}.",
            f"Add {language}/figures/{figure['name']}.",
        )
