from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.cohorts.models.enrolments import Enrolment
from lms.courses.models import Course
from lms.extensions import Model


class StepQuestion(Model):
    """What a learner asks about a step, or reports as a mistake in it; the course's staff answer in place."""

    __tablename__ = "step_questions"
    __table_args__ = (
        CheckConstraint("kind IN ('question', 'mistake', 'translation')", name="kind_is_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id), index=True)
    path: Mapped[str] = mapped_column(String(170))  # module/step
    language: Mapped[str] = mapped_column(String(8))  # in which the step was read
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]

    enrolment: Mapped[Enrolment] = relationship()
    replies: Mapped[list[StepReply]] = relationship(
        cascade="all, delete-orphan", order_by="StepReply.id"
    )


class StepReply(Model):
    """One answer in the thread of a question."""

    __tablename__ = "step_replies"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(
        ForeignKey(StepQuestion.id, ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))  # None: was erased
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()
