from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from lms.accounts.models import Person
from lms.cohorts.models import Enrolment
from lms.extensions import Model


class Certificate(Model):
    """What was certified, frozen at issue. Never changed except to be revoked; never deleted."""

    __tablename__ = "certificates"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "kind", "sequence"),
        CheckConstraint(
            "(revoked_at IS NULL) = (revocation_reason = '')", name="revoked_with_reason"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    country_code: Mapped[str] = mapped_column(String(2), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # completion
    sequence: Mapped[int]  # 1 for the first of its kind; retakes and reissues count up
    facts: Mapped[dict[str, Any]] = mapped_column(
        JSON
    )  # every printed fact, see drawing.PrintedFacts
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]  # the printed day, in the cohort's time zone
    issued_by_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id)
    )  # None: in the moment of passing
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    revocation_reason: Mapped[str] = mapped_column(
        String(30), default=""
    )  # a class of rules.REVOCATION_REASONS
    revocation_note: Mapped[str] = mapped_column(
        String(500), default=""
    )  # for the register, never public
    erased_at: Mapped[datetime | None]  # the holder's name was erased; all else still holds
    file: Mapped[CertificateFile | None] = relationship(lazy="raise")

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None


class CertificateFile(Model):
    """The PDF as it was drawn once; these bytes are handed out for ever, or until the holder is erased."""

    __tablename__ = "certificate_files"

    certificate_id: Mapped[int] = mapped_column(ForeignKey(Certificate.id), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int]
    drawn_at: Mapped[datetime]
    pdf: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
