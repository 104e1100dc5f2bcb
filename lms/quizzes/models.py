from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.cohorts.models import Enrolment
from lms.extensions import Model


class Attempt(Model):
    """One learner's try at one quiz. Open until it is submitted or its deadline has passed."""

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "quiz", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("score_percent BETWEEN 0 AND 100", name="score_is_percent"),
        CheckConstraint("(submitted_at IS NULL) = (is_passed IS NULL)", name="marked_when_submitted"),
        Index(
            "uq_attempts_one_open", "enrolment_id", "quiz", unique=True,
            sqlite_where=text("submitted_at IS NULL"), postgresql_where=text("submitted_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id))
    quiz: Mapped[str] = mapped_column(String(170))  # module/step
    number: Mapped[int]  # 1 for the learner's first try
    seed: Mapped[int]  # draw and order follow from it, so an attempt can be replayed
    item_keys: Mapped[list[str]] = mapped_column(JSON)  # bank/item, in the learner's order
    flagged: Mapped[list[str]] = mapped_column(JSON, default=list)  # item keys marked for later
    pass_percent: Mapped[int]
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime | None]  # None: no time limit
    submitted_at: Mapped[datetime | None]
    marks: Mapped[dict[str, float]] = mapped_column(
        JSON, default=dict
    )  # item key -> 0.0 to 1.0, once submitted
    score_percent: Mapped[float | None]
    is_passed: Mapped[bool | None]

    enrolment: Mapped[Enrolment] = relationship()
    answers: Mapped[list[Answer]] = relationship(order_by="Answer.id")


class Answer(Model):
    """One answer as it was given. Only ever added to; the last one before submission counts."""

    __tablename__ = "answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id), index=True)
    item_key: Mapped[str] = mapped_column(String(170))
    response: Mapped[Any] = mapped_column(
        JSON(none_as_null=False)
    )  # JSON null: the answer was taken back
    saved_at: Mapped[datetime]
    client_id: Mapped[str] = mapped_column(
        String(64), unique=True
    )  # made by the browser: a repeat is the same answer
