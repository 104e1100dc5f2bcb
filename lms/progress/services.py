from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from lms.audit import services as audit
from lms.cohorts.models import Enrolment
from lms.cohorts.queries import Seat, seat_by_enrolment
from lms.courses.outline import Step
from lms.courses.queries import outline_of
from lms.errors import LmsError
from lms.extensions import db, insert_once
from lms.notices import services as notices
from lms.progress import queries, signals
from lms.progress.models import Completion, DoneStep, Reflection, Standing
from lms.quizzes.models import Attempt
from lms.web.languages import interface_language

LONGEST_REFLECTION = 20_000  # characters


class QuizNotDoneByHand(LmsError):
    status = 409
    message = _l("A quiz is done when it is passed. Open it and answer the questions.")


class ReflectionEmpty(LmsError):
    status = 422
    message = _l("Write a sentence or two; only you will read it.")


class ReflectionTooLong(LmsError):
    status = 422
    message = _l(
        "Your note is longer than 20,000 characters. Shorten it, or keep the rest in a file of your own."
    )


def mark_done(seat: Seat, step: Step) -> None:
    """Mark a step as done. Doing it twice changes nothing."""
    if step.kind == "quiz":
        raise QuizNotDoneByHand
    _note_done(seat, step.path)


def save_reflection(seat: Seat, step: Step, text: str) -> bool:
    """Keep what the learner wrote, and mark the step as done.

    Returns:
        Whether this is the first note; a later one replaces it.
    """
    if not text.strip():
        raise ReflectionEmpty
    if len(text) > LONGEST_REFLECTION:
        raise ReflectionTooLong
    now = datetime.now(UTC)
    is_first = insert_once(
        Reflection, enrolment_id=seat.enrolment_id, path=step.path, text=text, saved_at=now
    )
    if not is_first:
        db.session.execute(
            update(Reflection)
            .where(Reflection.enrolment_id == seat.enrolment_id, Reflection.path == step.path)
            .values(text=text, saved_at=now)
        )
    _note_done(seat, step.path)
    return is_first


def record_attempt(attempt: Attempt) -> None:
    """A passed quiz is a finished step; of whoever has left the course, nothing is noted."""
    if attempt.is_passed and attempt.enrolment.withdrawn_at is None:
        _note_done(seat_by_enrolment(attempt.enrolment_id), attempt.quiz)


def withdraw_pass(attempt: Attempt) -> None:
    """Take back what a pass had finished, unless another attempt at the quiz was passed too."""
    db.session.execute(
        select(Enrolment.id).where(Enrolment.id == attempt.enrolment_id).with_for_update()
    )
    others = select(Attempt.id).where(
        Attempt.enrolment_id == attempt.enrolment_id,
        Attempt.quiz == attempt.quiz,
        Attempt.id != attempt.id,
        Attempt.is_passed.is_(True),
    )
    if db.session.scalar(others.limit(1)) is not None:
        return
    place = DoneStep.enrolment_id == attempt.enrolment_id
    db.session.execute(delete(DoneStep).where(place, DoneStep.path == attempt.quiz))
    db.session.execute(delete(Completion).where(Completion.enrolment_id == attempt.enrolment_id))
    _count_done(attempt.enrolment_id)


class NothingNewer(LmsError):
    status = 409
    message = _l("This person is in the newest version already.")


class FinishedAlready(LmsError):
    status = 409
    message = _l(
        "This person has finished the course, and a finished course stays in its own version."
    )


class AttemptUnderWay(LmsError):
    status = 409
    message = _l("This person is at a quiz right now. Wait until it is handed in, then try again.")


def move_to_version(enrolment: Enrolment, version_id: int) -> None:
    """Bring somebody to another version of the same course; steps and passed quizzes that it has too stay done.

    Raises:
        AttemptUnderWay: an attempt is open.
        FinishedAlready: the course is done in the old version.
        NothingNewer: nothing would change.
    """
    db.session.execute(select(Enrolment.id).where(Enrolment.id == enrolment.id).with_for_update())
    db.session.refresh(enrolment, ["version_id"])
    if enrolment.version_id == version_id:
        raise NothingNewer
    if queries.completed_at(enrolment.id) is not None:
        raise FinishedAlready
    is_open = (Attempt.enrolment_id == enrolment.id, Attempt.submitted_at.is_(None))
    if db.session.scalar(select(Attempt.id).where(*is_open).limit(1)) is not None:
        raise AttemptUnderWay
    before = enrolment.version_id
    enrolment.version_id = version_id
    db.session.flush()
    audit.record(
        "move_version", "person", enrolment.person_id, country_code=enrolment.cohort.country_code,
        course=enrolment.course.slug, cohort=enrolment.cohort.slug, before=before, after=version_id,
    )  # fmt: skip
    _count_done(enrolment.id)
    seat = seat_by_enrolment(enrolment.id)
    title = outline_of(version_id).title(interface_language(enrolment.person.language))
    notices.send_moved_version(
        enrolment.person,
        course_title=title,
        page_path=f"/learn/{seat.cohort_slug}/{seat.course_slug}",
    )
    if queries.progress_of(seat).is_complete and insert_once(
        Completion, enrolment_id=enrolment.id, completed_at=datetime.now(UTC)
    ):
        signals.course_completed.send(enrolment.id)


def _note_done(seat: Seat, path: str) -> None:
    now = datetime.now(UTC)
    # Of the last two steps finished at once, the second must see the first, or neither completes the course.
    db.session.execute(
        select(Enrolment.id)
        .where(Enrolment.id == seat.enrolment_id)
        # Whoever issues holds the log, which the last step needs: so let them name the enrolment meanwhile.
        .with_for_update(key_share=True)
    )
    if insert_once(DoneStep, enrolment_id=seat.enrolment_id, path=path, done_at=now):
        _count_done(seat.enrolment_id)
    if queries.progress_of(seat).is_complete and insert_once(
        Completion, enrolment_id=seat.enrolment_id, completed_at=now
    ):
        signals.course_completed.send(seat.enrolment_id)


def _count_done(enrolment_id: int) -> None:
    """Keep beside the steps how many are done of the version that somebody is in.

    The enrolment's row is locked, so nobody counts at the same time.
    """
    version_id = db.session.scalar(select(Enrolment.version_id).where(Enrolment.id == enrolment_id))
    rows = db.session.execute(
        select(DoneStep.path, DoneStep.done_at).where(DoneStep.enrolment_id == enrolment_id)
    )
    paths = outline_of(int(version_id or 0)).paths
    times = [done_at for path, done_at in rows if path in paths]
    facts = {"done_count": len(times), "last_done_at": max(times, default=None)}
    if not insert_once(Standing, enrolment_id=enrolment_id, **facts):
        db.session.execute(
            update(Standing).where(Standing.enrolment_id == enrolment_id).values(**facts)
        )
