from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.accounts.models.people import Person
from lms.extensions import Model


class NameKey(Model):
    """Where a person stands in a list that is sorted by one language's alphabet."""

    __tablename__ = "name_keys"
    __table_args__ = (Index("ix_name_keys_language_key", "language", "key"),)

    person_id: Mapped[int] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    key: Mapped[str] = mapped_column(String(400))  # compared byte by byte
