from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models.people import Person
from lms.extensions import Model

LONGEST_PATH = 500  # characters of an address that a sign-in link leads back to


class SignInLink(Model):
    """An e-mailed link that signs in once. Only the hash of its token is kept."""

    __tablename__ = "sign_in_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    next_path: Mapped[str] = mapped_column(
        String(LONGEST_PATH), default=""
    )  # the page that asked to sign in
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class EndedSession(Model):
    """A session that was signed out: a copy of its cookie must not open anything."""

    __tablename__ = "ended_sessions"

    session_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(
        index=True
    )  # then the cookie has expired by itself
