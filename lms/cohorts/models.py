from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.courses.models import Course, CourseVersion
from lms.extensions import Model


class Country(Model):
    """A country and what its people need; its name comes from CLDR."""

    __tablename__ = "countries"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)  # ISO 3166-1 alpha-2
    languages: Mapped[list[str]] = mapped_column(JSON)  # the state language first
    time_zone: Mapped[str] = mapped_column(String(40))  # IANA
    is_family_name_first: Mapped[bool] = mapped_column(default=False)
    has_delegations: Mapped[bool] = mapped_column(default=True)  # Korea hosts


class Institution(Model):
    """A public body, whatever it was called over time."""

    __tablename__ = "institutions"

    id: Mapped[int] = mapped_column(primary_key=True)
    country_code: Mapped[str] = mapped_column(ForeignKey(Country.code), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id"))

    names: Mapped[list[InstitutionName]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="InstitutionName.id"
    )

    @property
    def name(self) -> str:
        return next((name.name for name in self.names if name.is_preferred), "")


class InstitutionName(Model):
    """One spelling of an institution's name; all of them lead to the same body."""

    __tablename__ = "institution_names"
    __table_args__ = (UniqueConstraint("institution_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(
        ForeignKey(Institution.id, ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(
        String(200), index=True
    )  # see rules.fold: what a search compares
    is_preferred: Mapped[bool] = mapped_column(default=False)


class Affiliation(Model):
    """Where somebody works."""

    __tablename__ = "affiliations"

    person_id: Mapped[int] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True
    )
    institution_id: Mapped[int] = mapped_column(ForeignKey(Institution.id), index=True)
    post: Mapped[str] = mapped_column(String(200), default="")

    institution: Mapped[Institution] = relationship(lazy="joined")


class Programme(Model):
    """What is funded: its cohorts share partners and a credit line."""

    __tablename__ = "programmes"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    credit_line: Mapped[str] = mapped_column(String(300), default="")
    signatory_role: Mapped[str] = mapped_column(String(120), default="Programme director")
    is_demo: Mapped[bool] = mapped_column(default=False)


class Cohort(Model):
    """One country's intake of a programme, with dates in the country's own time zone."""

    __tablename__ = "cohorts"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="dates_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)  # kz-2026
    programme_id: Mapped[int] = mapped_column(ForeignKey(Programme.id))
    country_code: Mapped[str] = mapped_column(ForeignKey(Country.code), index=True)
    title: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    time_zone: Mapped[str] = mapped_column(String(40))
    certificate_language: Mapped[str] = mapped_column(
        String(8), default="ru"
    )  # the second one beside English

    programme: Mapped[Programme] = relationship(lazy="joined")


class CohortCourse(Model):
    """A course that a cohort takes, and until when."""

    __tablename__ = "cohort_courses"

    cohort_id: Mapped[int] = mapped_column(
        ForeignKey(Cohort.id, ondelete="CASCADE"), primary_key=True
    )
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id), primary_key=True)
    closes_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = relationship()
    course: Mapped[Course] = relationship(lazy="joined")


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
    """A place offered by e-mail; its link works once, and only the hash of its token is kept."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey(Cohort.id, ondelete="CASCADE"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    invited_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))

    cohort: Mapped[Cohort] = relationship(lazy="joined")
    invited_by: Mapped[Person] = relationship(foreign_keys=[invited_by_id])
