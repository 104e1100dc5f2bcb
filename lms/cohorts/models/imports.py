from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from lms.accounts.models import Person
from lms.cohorts.models.programmes import Cohort
from lms.extensions import Model


class Import(Model):
    """A file of people for a cohort: uploaded, checked, confirmed, added. Nothing changes before the confirmation."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey(Cohort.id, ondelete="CASCADE"), index=True)
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    uploaded_at: Mapped[datetime]
    file_name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))  # gone once it was read
    encoding: Mapped[str] = mapped_column(String(20), default="")
    separator: Mapped[str] = mapped_column(String(4), default="")
    fault: Mapped[str] = mapped_column(
        String(500), default=""
    )  # why the file cannot be read at all
    columns: Mapped[dict[str, str]] = mapped_column(
        JSON, default=dict
    )  # field: the file's own heading
    checked_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = relationship()
    uploaded_by: Mapped[Person] = relationship()


class ImportRow(Model):
    """One row of the file, as it was read or edited in place, and what became of it."""

    __tablename__ = "import_rows"
    __table_args__ = (
        UniqueConstraint("import_id", "number"),
        CheckConstraint(
            "state IN ('ready', 'fix', 'here', 'duplicate', 'added', 'failed')",
            name="state_is_known",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey(Import.id, ondelete="CASCADE"))
    number: Mapped[int]  # of the row in the file, the heading being 1
    state: Mapped[str] = mapped_column(String(10), index=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)  # by field
    problems: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))

    @property
    def fingerprint(self) -> str:
        """Name the values as they are now: of two who mend one row, the second has seen others."""
        written = json.dumps(self.values, sort_keys=True).encode()
        return hashlib.sha256(written).hexdigest()[:16]
