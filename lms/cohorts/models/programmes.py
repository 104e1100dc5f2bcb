from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CheckConstraint,
    Connection,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
    event,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from lms.cohorts.models.countries import Country
from lms.cohorts.models.institutions import Institution, InstitutionName
from lms.courses.models import Course
from lms.extensions import Model


class Programme(Model):
    """What is funded: its cohorts share partners and a credit line."""

    __tablename__ = "programmes"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="dates_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]  # None: no end is stated
    credit_line: Mapped[str] = mapped_column(String(300), default="")
    signatory_role: Mapped[str] = mapped_column(String(120), default="Programme director")
    is_demo: Mapped[bool] = mapped_column(default=False)
    row_version: Mapped[int] = mapped_column(default=1)  # of two who edit, the second is told

    partners: Mapped[list[Partner]] = relationship(
        cascade="all, delete-orphan", order_by="Partner.position"
    )


class Logo(Model):
    """A picture by its fingerprint. It never changes, so certificates that printed it can name it for ever."""

    __tablename__ = "logos"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)  # of the PNG
    png: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # drawn anew from what was sent
    width: Mapped[int]  # pixels
    height: Mapped[int]


class Partner(Model):
    """A body that funds or carries a programme, with the logo that its pages and certificates show."""

    __tablename__ = "programme_partners"
    __table_args__ = (
        UniqueConstraint("programme_id", "institution_id", "role"),
        CheckConstraint("role IN ('funder', 'partner')", name="role_is_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey(Programme.id, ondelete="CASCADE"))
    institution_id: Mapped[int] = mapped_column(ForeignKey(Institution.id), index=True)
    role: Mapped[str] = mapped_column(String(10))
    position: Mapped[int] = mapped_column(default=0)
    logo_sha256: Mapped[str | None] = mapped_column(ForeignKey(Logo.sha256))

    institution: Mapped[Institution] = relationship(lazy="joined")
    logo: Mapped[Logo | None] = relationship(lazy="joined")


class Intake(Model):
    """One round of a programme: countries nominate until a day; spare seats go on by its rule."""

    __tablename__ = "intakes"
    __table_args__ = (
        UniqueConstraint("programme_id", "title"),
        CheckConstraint(
            "spare_rule IN ('keep', 'longest_waiting', 'fewest_placed')", name="spare_rule_is_known"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey(Programme.id, ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(80))  # Autumn 2026
    nominations_close_at: Mapped[datetime | None]
    spare_rule: Mapped[str] = mapped_column(String(20), default="longest_waiting")

    programme: Mapped[Programme] = relationship()


class Cohort(Model):
    """One country's intake of a programme, with dates in the country's own time zone."""

    __tablename__ = "cohorts"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="dates_in_order"),
        CheckConstraint("seats > 0", name="seats_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)  # kz-2026
    programme_id: Mapped[int] = mapped_column(ForeignKey(Programme.id), index=True)
    intake_id: Mapped[int | None] = mapped_column(ForeignKey(Intake.id), index=True)
    country_code: Mapped[str] = mapped_column(ForeignKey(Country.code), index=True)
    title: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    time_zone: Mapped[str] = mapped_column(String(40))
    seats: Mapped[int | None]  # the country's quota in its intake; None: no limit
    is_self_enrolment_open: Mapped[bool] = mapped_column(default=False)
    certificate_language: Mapped[str] = mapped_column(
        String(8), default="ru"
    )  # the second one beside English
    row_version: Mapped[int] = mapped_column(default=1)

    programme: Mapped[Programme] = relationship(lazy="joined")
    intake: Mapped[Intake | None] = relationship()

    def day_at(self, now: datetime) -> date:
        """Return which day a moment is on the calendar of the cohort's country."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()

    def end_of(self, day: date) -> datetime:
        """Return the last second of a day on the calendar of the cohort's country."""
        zone = ZoneInfo(self.time_zone)
        return datetime.combine(day, time.max, zone).replace(microsecond=0)

    def is_over(self, now: datetime) -> bool:
        return self.ends_on < self.day_at(now)


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


@event.listens_for(InstitutionName, "after_insert")
@event.listens_for(InstitutionName, "after_update")
@event.listens_for(InstitutionName, "after_delete")
def count_as_change(
    _mapper: Mapper[InstitutionName], connection: Connection, name: InstitutionName
) -> None:
    """Another name of a body is another version of the programmes that name it: their pages are kept by version."""
    naming = select(Partner.programme_id).where(Partner.institution_id == name.institution_id)
    connection.execute(
        update(Programme)
        .where(Programme.id.in_(naming))
        .values(row_version=Programme.row_version + 1)
    )
