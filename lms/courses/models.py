from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.extensions import Model


class Course(Model):
    """A course through all its versions."""

    __tablename__ = "courses"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    is_public: Mapped[bool] = mapped_column(default=True)  # shown in the catalogue
    created_at: Mapped[datetime]


class CourseVersion(Model):
    """What was published at one moment; never changed afterwards. Learners keep the version they began."""

    __tablename__ = "course_versions"
    __table_args__ = (UniqueConstraint("course_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id), index=True)
    number: Mapped[int]
    # SHA-256 over all files: publishing the same twice changes nothing
    content_hash: Mapped[str] = mapped_column(String(64))
    # Large, so read only when asked for; see outline.Outline
    outline: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))

    course: Mapped[Course] = relationship(lazy="joined")


class StepText(Model):
    """One step in one language, rendered and sanitised when it was published."""

    __tablename__ = "step_texts"
    __table_args__ = (UniqueConstraint("version_id", "path", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey(CourseVersion.id, ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(String(170))  # module/step
    language: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(300))
    html: Mapped[str] = mapped_column(Text)
    # Fact ids, in the order of their numbers in the text
    citations: Mapped[list[str]] = mapped_column(JSON)


class CourseItem(Model):
    """One quiz item: its key and structure once, its words by language."""

    __tablename__ = "course_items"
    __table_args__ = (UniqueConstraint("version_id", "bank", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey(CourseVersion.id, ondelete="CASCADE"))
    bank: Mapped[str] = mapped_column(String(80))
    item_id: Mapped[str] = mapped_column(String(80))
    revision: Mapped[int] = mapped_column(default=1)  # one more whenever key or wording changed
    structure: Mapped[dict[str, Any]] = mapped_column(JSON)
    texts: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON)


class CourseArchive(Model):
    """The files a version was made from, as one zip: a version can always be taken out and read again."""

    __tablename__ = "course_archives"

    version_id: Mapped[int] = mapped_column(
        ForeignKey(CourseVersion.id, ondelete="CASCADE"), primary_key=True
    )
    content: Mapped[bytes] = mapped_column(LargeBinary)
