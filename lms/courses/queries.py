"""Finding published versions and their text. A version never changes, so its words are read once a process."""

from __future__ import annotations

from functools import lru_cache

from flask_babel import get_locale
from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.courses import contents
from lms.courses import outline as outlines
from lms.courses.citations import Citation, cited_sources
from lms.courses.contents import Contents
from lms.courses.models import Course, CourseItem, CourseVersion, StepText
from lms.courses.outline import Outline
from lms.courses.provenance import Provenance, provenance_of
from lms.errors import NotFound
from lms.extensions import db


@lru_cache(maxsize=64)
def outline_of(version_id: int) -> Outline:
    """Return a version's outline; read once a process, because a version never changes."""
    data = db.session.scalar(select(CourseVersion.outline).where(CourseVersion.id == version_id))
    if data is None:
        raise NotFound
    return outlines.load(data)


@lru_cache(maxsize=2048)
def step_text(version_id: int, path: str, language: str) -> tuple[str, str, tuple[str, ...]]:
    """Return ``(title, html, fact ids cited)`` of a step in a language the version has."""
    row = db.session.execute(
        select(StepText.title, StepText.html, StepText.citations).where(
            StepText.version_id == version_id, StepText.path == path, StepText.language == language
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.title, row.html, tuple(row.citations)


def contents_of(version_id: int, language: str) -> Contents:
    """Return modules and steps for lists: titles in ``language``, all else in the language of the page."""
    return _contents(version_id, outline_of(version_id).language_for(language), str(get_locale()))


@lru_cache(maxsize=256)
def _contents(version_id: int, language: str, _page_language: str) -> Contents:
    return contents.contents(outline_of(version_id), language)


def citations_of(version_id: int, path: str, language: str) -> tuple[Citation, ...]:
    """Return the numbered notes of a step; dates in the language of the page."""
    return _citations(version_id, path, language, str(get_locale()))


@lru_cache(maxsize=2048)
def _citations(
    version_id: int, path: str, language: str, _page_language: str
) -> tuple[Citation, ...]:
    _title, _html, facts = step_text(version_id, path, language)
    return tuple(cited_sources(outline_of(version_id), facts, language))


def sources_of(version_id: int, language: str) -> Provenance:
    """Return the sites and sources of a version with what rests on each; dates in the language of the page."""
    return _sources(version_id, outline_of(version_id).language_for(language), str(get_locale()))


@lru_cache(maxsize=64)
def _sources(version_id: int, language: str, _page_language: str) -> Provenance:
    return provenance_of(version_id, outline_of(version_id), contents_of(version_id, language))


@lru_cache(maxsize=64)
def items_of(version_id: int) -> dict[str, CourseItem]:
    """Return a version's items by ``bank/item``; detached from the session and never changed."""
    items = db.session.scalars(select(CourseItem).where(CourseItem.version_id == version_id)).all()
    for item in items:
        db.session.expunge(item)
    return {f"{item.bank}/{item.item_id}": item for item in items}


def public_version(slug: str) -> CourseVersion:
    """Return the newest version of a course that the catalogue shows, else 404."""
    version = newest_version(slug)
    if not version.course.is_public:
        raise NotFound
    return version


def newest_version(slug: str) -> CourseVersion:
    """Return the version that newcomers get."""
    query = (
        select(CourseVersion)
        .join(CourseVersion.course)
        .where(Course.slug == slug)
        .order_by(CourseVersion.number.desc())
        .limit(1)
    )
    version = db.session.scalar(query)
    if version is None:
        raise NotFound
    return version


def public_versions() -> list[CourseVersion]:
    """List the newest version of every course in the catalogue."""
    newest = select(func.max(CourseVersion.id)).group_by(CourseVersion.course_id)
    query = (
        select(CourseVersion)
        .join(CourseVersion.course)
        .where(CourseVersion.id.in_(newest), Course.is_public)
        .order_by(Course.slug)
    )
    return list(db.session.scalars(query))


def courses_of_instructor(person: Person) -> list[CourseVersion]:
    """List the newest versions of the courses somebody teaches."""
    slugs = person.objects_of("instructor", "course")
    query = select(CourseVersion).join(CourseVersion.course)
    newest = select(func.max(CourseVersion.id)).group_by(CourseVersion.course_id)
    query = query.where(CourseVersion.id.in_(newest)).order_by(Course.slug)
    if "*" not in slugs:
        query = query.where(Course.slug.in_(slugs))
    return list(db.session.scalars(query))


def taught_version(person: Person, slug: str) -> CourseVersion:
    """Return the newest version of a course for its instructor."""
    if not person.holds("instructor", "course", slug):
        raise NotFound
    return newest_version(slug)


def forget_cached() -> None:
    """Empty the process's caches; tests use other databases under the same ids."""
    for cached in (outline_of, step_text, items_of, _contents, _citations, _sources):
        cached.cache_clear()
