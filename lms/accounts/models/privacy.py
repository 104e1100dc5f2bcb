from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models.people import Person
from lms.extensions import Model


class PrivacyNotice(Model):
    """What a country's people are told about their data. A change is a new version; the old text stays."""

    __tablename__ = "privacy_notices"
    __table_args__ = (UniqueConstraint("country_code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    country_code: Mapped[str] = mapped_column(String(2), default="")  # empty: where no other holds
    version: Mapped[int]
    texts: Mapped[dict[str, str]] = mapped_column(JSON)  # Markdown, by language
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))


class Consent(Model):
    """Somebody accepted one version of a privacy notice, in one language."""

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("person_id", "notice_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey(PrivacyNotice.id))
    language: Mapped[str] = mapped_column(String(8))  # of the text that was read
    accepted_at: Mapped[datetime]

    notice: Mapped[PrivacyNotice] = relationship()
