from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.cohorts.models import Cohort, Enrolment
from lms.courses.models import Course, CourseVersion
from lms.extensions import Model

LONGEST_CLIENT_ID = 64  # characters


class Attempt(Model):
    """One learner's try at one quiz. Open until it is submitted or its deadline has passed.

    What decides the deadline stands beside it, so that it can be told, and counted again when somebody is given
    more time: see ``rules.deadline``.
    """

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "quiz", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("score_percent BETWEEN 0 AND 100", name="score_is_percent"),
        CheckConstraint("(marked_at IS NULL) = (is_passed IS NULL)", name="passed_or_not_when_marked"),
        CheckConstraint("marked_at IS NULL OR submitted_at IS NOT NULL", name="marked_after_submission"),
        CheckConstraint("extra_time_factor >= 1", name="extra_time_adds"),
        CheckConstraint("extended_seconds >= 0", name="extension_adds"),
        Index(
            "uq_attempts_one_open", "enrolment_id", "quiz", unique=True,
            sqlite_where=text("submitted_at IS NULL"), postgresql_where=text("submitted_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id))
    # The version its items are from, whatever version the learner is moved to
    version_id: Mapped[int] = mapped_column(ForeignKey(CourseVersion.id), index=True)
    quiz: Mapped[str] = mapped_column(String(170))  # module/step
    number: Mapped[int]  # 1 for the learner's first try
    # What its items were read in at the start; empty: made before this was kept
    language: Mapped[str] = mapped_column(String(8), default="")
    seed: Mapped[int]  # draw and order follow from it, so an attempt can be replayed
    item_keys: Mapped[list[str]] = mapped_column(JSON)  # bank/item, in the learner's order
    flagged: Mapped[list[str]] = mapped_column(JSON, default=list)  # item keys marked for later
    # Item keys whose right answer the learner has seen; they take no other answer
    checked: Mapped[list[str]] = mapped_column(JSON, default=list)
    pass_percent: Mapped[int]
    started_at: Mapped[datetime]
    limit_seconds: Mapped[int | None]
    closes_at: Mapped[datetime | None]  # of the quiz, as told at the start
    extra_time_factor: Mapped[float] = mapped_column(default=1)  # 1.5: half as long again
    extended_seconds: Mapped[int] = mapped_column(default=0)  # what the learner added
    deadline_at: Mapped[datetime | None]  # None: no time limit
    submitted_at: Mapped[datetime | None]
    marks: Mapped[dict[str, float]] = mapped_column(
        JSON, default=dict
    )  # item key -> 0.0 to 1.0; without what is never scored and what waits for a marker
    marked_at: Mapped[datetime | None]  # submitted and not marked: waits for a person
    score_percent: Mapped[float | None]
    is_passed: Mapped[bool | None]

    enrolment: Mapped[Enrolment] = relationship()
    answers: Mapped[list[Answer]] = relationship(order_by="Answer.id")

    @property
    def waits_for_marker(self) -> bool:
        """Handed in, and a person has still to mark it."""
        return self.submitted_at is not None and self.marked_at is None


class Answer(Model):
    """One answer as it was given. Only ever added to; of those that are not stale the last one counts."""

    __tablename__ = "answers"

    id: Mapped[int] = mapped_column(primary_key=True)  # the server's order
    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id), index=True)
    item_key: Mapped[str] = mapped_column(String(170))
    response: Mapped[Any] = mapped_column(
        JSON(none_as_null=False)
    )  # JSON null: the answer was taken back
    saved_at: Mapped[datetime]
    client_id: Mapped[str] = mapped_column(
        String(LONGEST_CLIENT_ID), unique=True
    )  # attempt:id made by the browser: a repeat is the same answer
    is_replay: Mapped[bool] = mapped_column(default=False)  # it waited on a device without a line
    # A replay that a newer answer from elsewhere had overtaken: kept, shown, never counted
    is_stale: Mapped[bool] = mapped_column(default=False)


class KeptAnswer(Model):
    """What was typed on a page that was signed out meanwhile: shown after the next sign-in, never counted."""

    __tablename__ = "kept_answers"

    attempt_id: Mapped[int] = mapped_column(
        ForeignKey(Attempt.id, ondelete="CASCADE"), primary_key=True
    )
    item_key: Mapped[str] = mapped_column(String(170), primary_key=True)
    fields: Mapped[dict[str, list[str]]] = mapped_column(JSON)  # of the form
    kept_at: Mapped[datetime]  # for an hour


class AnswerFile(Model):
    """A file that was handed in; the answer names it by its fingerprint."""

    __tablename__ = "answer_files"
    __table_args__ = (UniqueConstraint("attempt_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id))
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))  # found out from the content
    size_bytes: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    saved_at: Mapped[datetime]


class ExtraTime(Model):
    """More time for a person or a cohort, in every timed quiz; the larger of the two holds."""

    __tablename__ = "extra_times"
    __table_args__ = (
        CheckConstraint("factor BETWEEN 1 AND 10", name="factor_is_sensible"),
        CheckConstraint("(person_id IS NULL) <> (cohort_id IS NULL)", name="for_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), unique=True
    )
    cohort_id: Mapped[int | None] = mapped_column(
        ForeignKey(Cohort.id, ondelete="CASCADE"), unique=True
    )
    factor: Mapped[float]  # 1.5: half as long again
    reason: Mapped[str] = mapped_column(String(500))
    granted_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    granted_at: Mapped[datetime]


class QuizWindow(Model):
    """When a cohort may take a quiz, where that is not the whole time of the course."""

    __tablename__ = "quiz_windows"
    __table_args__ = (CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),)

    cohort_id: Mapped[int] = mapped_column(
        ForeignKey(Cohort.id, ondelete="CASCADE"), primary_key=True
    )
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id), primary_key=True)
    quiz: Mapped[str] = mapped_column(String(170), primary_key=True)  # module/step
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]  # None: with the course


class Marking(Model):
    """One mark that a person gave. Only ever added to: the newest of each marker's place holds."""

    __tablename__ = "markings"
    __table_args__ = (
        CheckConstraint("share BETWEEN 0 AND 1", name="share_of_the_points"),
        CheckConstraint("position IN (1, 2)", name="first_or_second_marker"),
        Index("ix_markings_attempt_id_item_key", "attempt_id", "item_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id))
    item_key: Mapped[str] = mapped_column(String(170))
    position: Mapped[int]  # 2: the second marker of a borderline case
    marker_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    levels: Mapped[dict[str, int]] = mapped_column(JSON)  # criterion -> level chosen
    share: Mapped[float]  # of the item's points
    comment: Mapped[str] = mapped_column(Text, default="")  # the learner reads it
    reason: Mapped[str] = mapped_column(String(500), default="")  # why an earlier mark was changed
    marked_at: Mapped[datetime]

    marker: Mapped[Person] = relationship()


class KeyCorrection(Model):
    """A key that was found wrong, and what holds instead in attempts that were made with it.

    A published version never changes. Of several corrections of one item the newest holds.
    """

    __tablename__ = "key_corrections"
    __table_args__ = (
        Index("ix_key_corrections_version_id_item_key", "version_id", "item_key"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey(CourseVersion.id))
    item_key: Mapped[str] = mapped_column(String(170))
    is_given_to_all: Mapped[bool]  # the whole mark to everybody, whatever they answered
    key: Mapped[dict[str, Any]] = mapped_column(JSON)  # fields of the item's structure; may be none
    reason: Mapped[str] = mapped_column(String(500))
    corrected_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    corrected_at: Mapped[datetime]


class ScoreChange(Model):
    """What a correction did to one attempt. A pass is kept until an officer decides otherwise."""

    __tablename__ = "score_changes"
    __table_args__ = (
        UniqueConstraint("correction_id", "attempt_id"),
        CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_by_somebody"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    correction_id: Mapped[int] = mapped_column(ForeignKey(KeyCorrection.id))
    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id), index=True)
    before_percent: Mapped[float]
    after_percent: Mapped[float]
    was_passed: Mapped[bool]
    is_pass_kept: Mapped[bool]  # the new score alone would not have passed
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    decided_at: Mapped[datetime | None]
    is_pass_withdrawn: Mapped[bool] = mapped_column(default=False)
    decision: Mapped[str] = mapped_column(String(500), default="")  # the officer's reason

    correction: Mapped[KeyCorrection] = relationship()
    attempt: Mapped[Attempt] = relationship()
