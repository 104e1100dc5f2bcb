from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.cohorts.models import Enrolment
from lms.extensions import Model


class DoneStep(Model):
    """A step that a learner has finished."""

    __tablename__ = "done_steps"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id), primary_key=True)
    path: Mapped[str] = mapped_column(String(170), primary_key=True)  # module/step
    done_at: Mapped[datetime]


class Reflection(Model):
    """What a learner wrote for himself; nobody else reads it, and it is never scored."""

    __tablename__ = "reflections"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id), primary_key=True)
    path: Mapped[str] = mapped_column(String(170), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]


class Completion(Model):
    """A learner has done all that the course asks for. Written once, in the transaction of the last thing done."""

    __tablename__ = "completions"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id), primary_key=True)
    completed_at: Mapped[datetime]


class Standing(Model):
    """How far somebody is in one course, kept beside the steps so that a whole delegation is counted at once."""

    __tablename__ = "standings"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id), primary_key=True)
    done_count: Mapped[int]  # steps
    last_done_at: Mapped[datetime | None]
