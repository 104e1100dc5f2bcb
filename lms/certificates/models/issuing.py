"""What comes before a certificate: who signs, what an officer issues at once, and changes of names."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from lms.accounts.models import Approval, Person
from lms.cohorts.models import Programme
from lms.extensions import Model
from lms.lib.names import display_name


class Signature(Model):
    """A scanned signature by its fingerprint. Never shown by itself outside the office."""

    __tablename__ = "signatures"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    png: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))


class Signatory(Model):
    """Who signs a programme's certificates in a time of office. Certificates keep what they printed."""

    __tablename__ = "signatories"
    __table_args__ = (
        CheckConstraint(
            "office_until IS NULL OR office_until >= office_from", name="office_ends_after_begin"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey(Programme.id), index=True)
    name: Mapped[str] = mapped_column(String(120))  # as printed
    role: Mapped[str] = mapped_column(String(120))
    office_from: Mapped[date]
    office_until: Mapped[date | None]  # the last day
    signature_sha256: Mapped[str | None] = mapped_column(ForeignKey(Signature.sha256))
    row_version: Mapped[int] = mapped_column(default=1)  # of two who edit, the second is told


class Batch(Model):
    """Certificates that an officer issues at once."""

    __tablename__ = "batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)  # of the form: sent twice, it is one
    kind: Mapped[str] = mapped_column(String(20))
    layout: Mapped[str] = mapped_column(String(40))
    second_language: Mapped[str] = mapped_column(String(8))  # "" takes each cohort's own
    signatory_id: Mapped[int | None] = mapped_column(ForeignKey(Signatory.id))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    asked_at: Mapped[datetime]
    approval_id: Mapped[int | None] = mapped_column(
        ForeignKey(Approval.id)
    )  # of a second officer, where it is so large
    started_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]  # whoever asked got the notice that it is done
    restated: Mapped[dict[str, dict[str, str]]] = mapped_column(
        JSON, default=dict
    )  # the date and the signatory that were confirmed, by the id of each cohort
    asked_by: Mapped[Person] = relationship()
    approval: Mapped[Approval | None] = relationship()
    rows: Mapped[list[BatchRow]] = relationship(order_by="BatchRow.id", lazy="raise")


class BatchRow(Model):
    """One certificate of a batch: waiting, issued, had_one, or failed."""

    __tablename__ = "batch_rows"
    __table_args__ = (
        UniqueConstraint("batch_id", "occasion"),
        Index("ix_batch_rows_state", "batch_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey(Batch.id))
    occasion: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    country_code: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"), unique=True)
    fault: Mapped[str] = mapped_column(String(40), default="")  # a code that the page has words for


class NameChange(Model):
    """A holder's wish to be called otherwise on certificates, and what an officer decided."""

    __tablename__ = "name_changes"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (is_approved IS NULL)", name="decided_one_way"),
        Index(
            "uq_name_changes_waiting",
            "person_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    given_name: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(100))
    given_name_latin: Mapped[str] = mapped_column(String(100))
    family_name_latin: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(String(500))
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    is_approved: Mapped[bool | None]
    decision: Mapped[str] = mapped_column(String(500), default="")
    person: Mapped[Person] = relationship(foreign_keys=person_id)

    @property
    def name_native(self) -> str:
        return display_name(
            self.given_name, self.family_name, family_first=self.person.is_family_name_first
        )

    @property
    def name_latin(self) -> str:
        return display_name(self.given_name_latin, self.family_name_latin)
