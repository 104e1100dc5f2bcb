from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.cohorts.models.programmes import Cohort
from lms.courses.models import Course, CourseVersion
from lms.extensions import Model


class Enrolment(Model):
    """One person in one course of one cohort, pinned to a version: the hub of all learning."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("person_id", "cohort_id", "course_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    cohort_id: Mapped[int] = mapped_column(ForeignKey(Cohort.id), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey(CourseVersion.id))
    enrolled_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    cohort: Mapped[Cohort] = relationship()
    course: Mapped[Course] = relationship()


class Invitation(Model):
    """A place offered by e-mail or by a link to hand over; it works once, and only the hash of its token is kept."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(
        String(254), index=True
    )  # empty: a link that was handed over, for whoever opens it first
    cohort_id: Mapped[int] = mapped_column(ForeignKey(Cohort.id, ondelete="CASCADE"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    invited_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(
        String(100), default=""
    )  # by which a coordinator knows one link from another
    asked_email: Mapped[str] = mapped_column(
        String(254), default=""
    )  # typed by whoever opened the link; nothing counts before it is proved
    proof_hash: Mapped[str | None] = mapped_column(
        String(64), unique=True
    )  # of the token that was mailed to asked_email
    renewal_asked_at: Mapped[datetime | None]  # whoever has the link would like it to work again
    # Since when it holds no place: it had expired, or a newer one took the place over
    let_go_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))

    cohort: Mapped[Cohort] = relationship(lazy="joined")
    invited_by: Mapped[Person] = relationship(foreign_keys=[invited_by_id])

    @classmethod
    def is_pending(cls) -> ColumnElement[bool]:
        """Ask for those neither accepted nor withdrawn; one that has expired is among them, as it can be renewed."""
        return cls.accepted_at.is_(None) & cls.withdrawn_at.is_(None)
