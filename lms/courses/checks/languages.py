"""Faults of a course's words in one language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lms.config import LANGUAGES
from lms.courses.checks.items import item_text_faults
from lms.courses.folder import CourseFolder, Fault
from lms.lib.markdown import Block, Document

FEWEST_WORDS, MOST_WORDS = 300, 900
CODE = re.compile(r"`[^`]*`")
HTML_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


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
