from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.accounts.models import Person
from lms.extensions import Model


class Message(Model):
    """One e-mail, as it is sent: written in the reader's language in the transaction of its cause.

    Whoever has an account reads it in the list of notices, too.
    """

    __tablename__ = "messages"
    __table_args__ = (
        Index(
            "ix_messages_unread",
            "person_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),  # how many are new, asked by every page with the menu
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), index=True
    )
    address: Mapped[str] = mapped_column(
        String(254)
    )  # where it goes, also before there is an account
    kind: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    reply_to: Mapped[str] = mapped_column(
        String(254), default=""
    )  # who reads an answer; empty: nobody
    page_path: Mapped[str] = mapped_column(
        String(300), default=""
    )  # where the list of notices leads
    created_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]  # on the site
    not_sent: Mapped[str] = mapped_column(
        String(20), default=""
    )  # why no e-mail goes out: unwanted, bounced, refused


class NoticeChoice(Model):
    """Somebody does not want e-mails of one kind, or wants them again."""

    __tablename__ = "notice_choices"

    person_id: Mapped[int] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    is_wanted: Mapped[bool]
    chosen_at: Mapped[datetime]


class Bounce(Model):
    """An address whose mail came back; no more is sent there until somebody clears it."""

    __tablename__ = "bounces"

    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    is_permanent: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(500))
    count: Mapped[int] = mapped_column(default=1)
    last_at: Mapped[datetime]


class CalendarFeed(Model):
    """How often somebody renewed the secret address of the calendar; the secret itself is computed from it."""

    __tablename__ = "calendar_feeds"

    person_id: Mapped[int] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True
    )
    generation: Mapped[int] = mapped_column(default=1)
    renewed_at: Mapped[datetime]


class ReminderRule(Model):
    """A cohort's standing wish to remind people by itself, until somebody switches it off."""

    __tablename__ = "reminder_rules"

    cohort_id: Mapped[int] = mapped_column(
        primary_key=True
    )  # plain id: cohorts are known further up
    rule: Mapped[str] = mapped_column(String(20), primary_key=True)
    switched_on_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    switched_on_at: Mapped[datetime]
