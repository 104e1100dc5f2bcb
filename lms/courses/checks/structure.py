"""Faults of what a course is made of: modules, steps, sites, sources and facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lms.courses.checks.quizzes import quiz_mistakes
from lms.courses.folder import CourseFolder, Fault
from lms.courses.format import StepEntry


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
