"""Publishing: a folder that passes every check becomes an immutable version."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.courses.checks import check
from lms.courses.folder import CourseFolder, read
from lms.courses.models import Course, CourseArchive, CourseItem, CourseVersion, StepText
from lms.courses.queries import items_of
from lms.errors import LmsError
from lms.extensions import db
from lms.lib import markdown
from lms.web.languages import interface_language

SHOWN = {"title", "summary", "audience", "outcomes", "sites", "translation"}
"""What pages show of a course's words, beside titles of modules and steps."""


class FaultyCourse(LmsError):
    """The folder did not pass; the message lists the faults."""

    status = 422


def publish(root: Path, publisher: Person | None = None) -> tuple[CourseVersion, bool]:
    """Publish a course; return its version and whether it is new. The same files twice make one version.

    Raises:
        FaultyCourse: a check failed; nothing was changed.
    """
    files = course_files(root)
    content_hash = hash_files(files)
    course = db.session.scalar(select(Course).where(Course.slug == root.name))
    newest = _newest(course) if course else None
    if newest is not None and newest.content_hash == content_hash:
        return newest, False
    if faults := check(root):
        raise FaultyCourse("\n".join(str(fault) for fault in faults))
    if course is None:
        course = Course(slug=root.name, created_at=datetime.now(UTC))
        db.session.add(course)
    version = _store(course, read(root), content_hash, newest, publisher)
    db.session.add(CourseArchive(version_id=version.id, content=zip_files(files)))
    audit.record(
        "publish_course", "course", course.slug, number=version.number, content_hash=content_hash
    )
    return version, True


def _newest(course: Course) -> CourseVersion | None:
    query = (
        select(CourseVersion)
        .where(CourseVersion.course_id == course.id)
        .order_by(CourseVersion.number.desc())
    )
    return db.session.scalar(query.limit(1))


def _store(
    course: Course,
    folder: CourseFolder,
    content_hash: str,
    newest: CourseVersion | None,
    publisher: Person | None,
) -> CourseVersion:
    version = CourseVersion(
        course=course,
        number=(newest.number if newest else 0) + 1,
        content_hash=content_hash,
        outline=outline(folder),
        published_at=datetime.now(UTC),
        published_by_id=publisher.id if publisher else None,
    )
    db.session.add(version)
    db.session.flush()
    db.session.add_all(_texts(folder, version.id))
    older = items_of(newest.id) if newest else {}
    db.session.add_all(_items(folder, version.id, older))
    db.session.flush()
    return version


def _texts(folder: CourseFolder, version_id: int) -> Iterator[StepText]:
    for language, steps in folder.steps.items():
        with force_locale(interface_language(language)):
            for path, document in steps.items():
                html = markdown.render(
                    document,
                    folder.figures[language],
                    lambda number: _("Source %(number)d", number=number),
                )
                yield StepText(
                    version_id=version_id, path=path, language=language, title=document.title, html=html,
                    citations=document.citations,
                )  # fmt: skip


def _items(
    folder: CourseFolder, version_id: int, older: dict[str, CourseItem]
) -> Iterator[CourseItem]:
    for bank, items in folder.items.items():
        for structure in items:
            texts = {
                language: folder.item_text(language, bank, structure)
                for language, banks in folder.item_texts.items()
                if bank in banks
            }
            item = CourseItem(
                version_id=version_id,
                bank=bank,
                item_id=structure["id"],
                structure=structure,
                texts=texts,
            )
            item.revision = _revision(folder, item, older.get(f"{bank}/{structure['id']}"))
            yield item


def _revision(folder: CourseFolder, item: CourseItem, before: CourseItem | None) -> int:
    """Number what learners are asked: a mended translation asks the same, so it counts as the same."""
    if before is None:
        return 1
    source = folder.source_language
    is_same = (item.structure, item.texts.get(source)) == (
        before.structure,
        before.texts.get(source),
    )
    return before.revision + (not is_same)


def outline(folder: CourseFolder) -> dict[str, Any]:
    """Return what ``courses.outline.load`` reads: structure and titles of the whole course."""
    course = folder.course
    assert course is not None  # noqa: S101 - checked before
    numbers = {path: number for number, (path, _entry) in enumerate(folder.step_entries(), 1)}
    return {
        "slug": course.id,
        "hours": course.hours,
        "subject": course.subject,
        "source_language": course.source_language,
        "languages": sorted(folder.texts, key=lambda code: code != course.source_language),
        "texts": {
            code: text.model_dump(include=SHOWN, mode="json") for code, text in folder.texts.items()
        },
        "modules": [
            _module(folder, slug, index, numbers) for index, slug in enumerate(course.modules, 1)
        ],
        "certificate": course.certificate.model_dump(),
        "facts": {fact_id: fact.model_dump() for fact_id, fact in folder.sources.facts.items()},
        "sources": {
            source_id: source.model_dump() for source_id, source in folder.sources.sources.items()
        },
        "terms": {
            code: {name: term.model_dump() for name, term in terms.items()}
            for code, terms in folder.terms.items()
        },
        "fact_texts": folder.fact_texts,
    }


def _module(
    folder: CourseFolder, slug: str, number: int, numbers: dict[str, int]
) -> dict[str, Any]:
    texts = {code: text.modules[slug] for code, text in folder.texts.items()}
    return {
        "slug": slug,
        "number": number,
        "titles": {code: text.title for code, text in texts.items()},
        "objectives": {code: list(text.objectives) for code, text in texts.items()},
        "steps": [
            _step(folder, f"{slug}/{entry.id}", numbers) for entry in folder.modules[slug].steps
        ],
        "terms": folder.modules[slug].terms,
    }


def _step(folder: CourseFolder, path: str, numbers: dict[str, int]) -> dict[str, Any]:
    entry = dict(folder.step_entries())[path]
    titles = {
        code: text.quizzes[path] if entry.kind == "quiz" else folder.steps[code][path].title
        for code, text in folder.texts.items()
    }
    return {
        "path": path,
        "kind": entry.kind,
        "minutes": entry.minutes,
        "number": numbers[path],
        "titles": titles,
        "site": entry.site or "",
        "reviewed": entry.reviewed.isoformat() if entry.reviewed else "",
        "quiz": entry.quiz.model_dump() if entry.quiz else None,
        "video": entry.video.model_dump() if entry.video else None,
    }


def course_files(root: Path) -> dict[str, bytes]:
    """Return every file of a course by its path in the folder, in a fixed order."""
    files = sorted(
        path
        for path in root.rglob("*")
        if path.is_file() and path.suffix in {".toml", ".md", ".svg"}
    )
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def hash_files(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{len(name)}:{name}{len(content)}:".encode() + content)
    return digest.hexdigest()


def zip_files(files: dict[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in files.items():
            written.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()
