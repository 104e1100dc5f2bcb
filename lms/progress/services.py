from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l

from lms.cohorts.queries import Seat, seat_by_enrolment
from lms.courses.outline import Step
from lms.errors import LmsError
from lms.extensions import db, insert_once
from lms.progress import queries, signals
from lms.progress.models import Completion, DoneStep, Reflection
from lms.quizzes.models import Attempt



class QuizNotDoneByHand(LmsError):
    status = 409
    message = _l("A quiz is done when it is passed. Open it and answer the questions.")


class ReflectionEmpty(LmsError):
    status = 422
    message = _l("Write a sentence or two; only you will read it.")


LONGEST_REFLECTION = 20_000  # characters


def mark_done(seat: Seat, step: Step) -> None:
    """Mark a step as done. Doing it twice changes nothing."""
    if step.kind == "quiz":
        raise QuizNotDoneByHand
    _note_done(seat, step.path)


def save_reflection(seat: Seat, step: Step, text: str) -> None:
    """Keep what the learner wrote, and mark the step as done."""
    if not text.strip():
        raise ReflectionEmpty
    reflection = queries.reflection_of(seat, step.path)
    if reflection is None:
        reflection = Reflection(enrolment_id=seat.enrolment_id, path=step.path)
        db.session.add(reflection)
    reflection.text = text[:LONGEST_REFLECTION]
    reflection.saved_at = datetime.now(UTC)
    _note_done(seat, step.path)


def record_attempt(attempt: Attempt) -> None:
    """A passed quiz is a finished step."""
    if attempt.is_passed:
        _note_done(seat_by_enrolment(attempt.enrolment_id), attempt.quiz)


def _note_done(seat: Seat, path: str) -> None:
    now = datetime.now(UTC)
    insert_once(DoneStep, enrolment_id=seat.enrolment_id, path=path, done_at=now)
    if queries.progress_of(seat).is_complete and insert_once(
        Completion, enrolment_id=seat.enrolment_id, completed_at=now
    ):
        signals.course_completed.send(seat.enrolment_id)
