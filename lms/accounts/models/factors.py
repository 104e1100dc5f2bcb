from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.accounts.models.people import Person
from lms.extensions import Model


class AuthenticatorApp(Model):
    """The app that makes a person's one-time codes (TOTP, RFC 6238). Its seed is stored encrypted."""

    __tablename__ = "authenticator_apps"

    person_id: Mapped[int] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True
    )
    sealed_seed: Mapped[bytes] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None]  # by a first right code
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)  # a code works once


class RecoveryCode(Model):
    """One of the codes for whoever lost the phone; it works once, and only its hash is kept."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("person_id", "code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]
