"""What was certified, and its documents."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from lms.accounts.models import Person
from lms.certificates.models.issuing import Batch
from lms.cohorts.models import Cohort, Enrolment
from lms.courses.models import Course
from lms.extensions import Model

LONGEST_NAME = 250  # characters by which the register is sorted


def _index_of_few(column: str) -> Index:
    """Sort the few certificates that have something, which is looked for in the register."""
    there = text(f"{column} IS NOT NULL")
    name = f"ix_certificates_{column}"
    return Index(name, "issued_at", "id", sqlite_where=there, postgresql_where=there)


def _printed_name(context: Any) -> str:
    name = context.get_current_parameters()["facts"].get("name_latin", "")
    return str(name)[:LONGEST_NAME]


class Certificate(Model):
    """What was certified, frozen at issue. Only its standing ever changes; never deleted."""

    __tablename__ = "certificates"
    __table_args__ = (
        UniqueConstraint("occasion", "kind", "sequence"),
        CheckConstraint(
            "(revoked_at IS NULL) = (revocation_reason = '')", name="revoked_with_reason"
        ),
        CheckConstraint(
            "(replaced_at IS NULL) = (replaced_by_id IS NULL)", name="replaced_by_another"
        ),
        # what the register is sorted by, of all countries and of one
        Index("ix_certificates_issued_at", "issued_at", "id"),
        Index("ix_certificates_country_code_issued_at", "country_code", "issued_at", "id"),
        Index("ix_certificates_printed_name", "printed_name", "id"),
        Index("ix_certificates_country_code_printed_name", "country_code", "printed_name", "id"),
        *(_index_of_few(column) for column in ("revoked_at", "replaced_at", "suspended_at")),
        CheckConstraint("(expires_on IS NULL) = (expires_at IS NULL)", name="expires_at_a_moment"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    occasion: Mapped[str] = mapped_column(
        String(80)
    )  # what it was earned by: enrolment:12, or instructor:PERSON:COHORT:COURSE
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey(Enrolment.id), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey(Cohort.id), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id), index=True)
    country_code: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(20))  # rules.Kind
    sequence: Mapped[int]  # 1 for the first of its kind; retakes, renewals and reissues count up
    layout: Mapped[str] = mapped_column(String(40), default="completion")
    facts: Mapped[dict[str, Any]] = mapped_column(
        JSON
    )  # every printed fact, see drawing.PrintedFacts
    printed_name: Mapped[str] = mapped_column(
        String(LONGEST_NAME), default=_printed_name, server_default=""
    )  # in Latin letters, out of the facts: the register is sorted by it
    grounds: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # the conditions as they were met
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]  # the printed day, in the cohort's time zone
    issued_by_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id)
    )  # None: in the moment of passing
    batch_id: Mapped[int | None] = mapped_column(ForeignKey(Batch.id), index=True)
    expires_on: Mapped[date | None]  # the last day on which it holds, as printed
    expires_at: Mapped[datetime | None] = mapped_column(
        index=True
    )  # the end of that day where the cohort is, as the credential says
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    revocation_reason: Mapped[str] = mapped_column(
        String(30), default=""
    )  # a class of rules.REVOCATION_REASONS
    revocation_note: Mapped[str] = mapped_column(
        String(500), default=""
    )  # for the register, never public
    suspended_at: Mapped[datetime | None]  # until somebody lifts it
    replaced_at: Mapped[datetime | None]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"))
    are_details_hidden: Mapped[bool] = mapped_column(
        default=False
    )  # from the public, by the holder
    salt: Mapped[bytes | None] = mapped_column(
        LargeBinary(32)
    )  # of its leaves in the register; gone with the holder's name
    erased_at: Mapped[datetime | None]  # the holder's name was erased; all else still holds
    file: Mapped[CertificateFile | None] = relationship(lazy="raise")
    replaced_by: Mapped[Certificate | None] = relationship(
        remote_side="Certificate.id", lazy="raise"
    )

    @classmethod
    def is_current(cls) -> ColumnElement[bool]:
        """Select what was neither revoked nor replaced; it may be suspended or expired."""
        return cls.revoked_at.is_(None) & cls.replaced_at.is_(None)

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    @property
    def standing(self) -> str:
        """How it stands now: the one answer that every page gives."""
        return self.standing_at(datetime.now(UTC))

    def standing_at(self, moment: datetime) -> str:
        """Return revoked, replaced, suspended, expired or valid: the first of these that is true."""
        if self.revoked_at is not None:
            return "revoked"
        if self.replaced_at is not None:
            return "replaced"
        if self.suspended_at is not None:
            return "suspended"
        if self.expires_at is not None and moment > self.expires_at:
            return "expired"
        return "valid"

    @classmethod
    def stands(cls, standing: str, moment: datetime) -> ColumnElement[bool]:
        """Select what stands so: ``standing_at`` in SQL."""
        is_over = cls.expires_at.is_not(None) & (cls.expires_at < moment)
        holds = cls.is_current() & cls.suspended_at.is_(None)
        return {
            "revoked": cls.revoked_at.is_not(None),
            "replaced": cls.revoked_at.is_(None) & cls.replaced_at.is_not(None),
            "suspended": cls.is_current() & cls.suspended_at.is_not(None),
            "expired": holds & is_over,
            "valid": holds & ~is_over,
        }[standing]


class CertificateFile(Model):
    """The documents as they were made once, handed out for ever or until the holder is erased."""

    __tablename__ = "certificate_files"

    certificate_id: Mapped[int] = mapped_column(ForeignKey(Certificate.id), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)  # of the PDF
    size_bytes: Mapped[int]
    drawn_at: Mapped[datetime]
    pdf: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    credential: Mapped[str | None] = deferred(
        mapped_column(Text)
    )  # the JSON that is attached to the PDF, byte for byte


class BadgeImage(Model):
    """The picture of an achievement, before anybody's credential is baked into it."""

    __tablename__ = "badge_images"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # fingerprint of what it shows
    svg: Mapped[str] = deferred(mapped_column(Text, nullable=False))
    png: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
