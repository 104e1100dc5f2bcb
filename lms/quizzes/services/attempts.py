"""Starting and handing in an attempt. Nothing here commits."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.audit import services as audit
from lms.cohorts.queries import Seat
from lms.errors import LmsError
from lms.extensions import db
from lms.jobs import services as jobs
from lms.quizzes import queries, rules, signals
from lms.quizzes.models import Attempt
from lms.quizzes.queries import Quiz, Sitting, Standing
from lms.quizzes.queries.regrading import hold_keys


class NoAttemptsLeft(LmsError):
    status = 409
    message = _l(
        "You have used all attempts at this quiz. Your coordinator can tell you what to do next."
    )


class QuizClosed(LmsError):
    status = 409
    message = _l("This quiz has closed. Your coordinator can tell you what to do next.")


class QuizNotYetOpen(LmsError):
    status = 409
    message = _l("This quiz is not open yet. Its page says when it opens.")


class TooEarly(LmsError):
    status = 409
    message = _l(
        "The waiting time between two attempts is not over. The page of the quiz says when the next"
        " one may begin."
    )


REFUSALS: dict[rules.Refusal, type[LmsError]] = {
    rules.Refusal.NO_ATTEMPTS_LEFT: NoAttemptsLeft,
    rules.Refusal.CLOSED: QuizClosed,
    rules.Refusal.CLOSES_FIRST: QuizClosed,
    rules.Refusal.NOT_YET_OPEN: QuizNotYetOpen,
    rules.Refusal.WAITING: TooEarly,
}


def start_attempt(seat: Seat, quiz: Quiz, language: str = "") -> Attempt:
    """Begin an attempt, or return the open one. Of two clicks at once, both get the same.

    The language is that of the learner's page; kept is the one its items are read in.
    """
    standing = queries.standing_of(seat, quiz.step.path)
    if standing.overdue_attempt is not None:
        hand_in(standing.overdue_attempt)
    if standing.open_attempt is not None:
        return standing.open_attempt
    refusal = standing.permission.reason
    if refusal is not None:
        raise REFUSALS[refusal]
    return _new_attempt(standing, language and quiz.outline.language_for(language))


def _new_attempt(standing: Standing, language: str) -> Attempt:
    seat, quiz = standing.seat, standing.quiz
    seed = secrets.randbits(31)
    attempt = Attempt(
        enrolment_id=seat.enrolment_id,
        version_id=quiz.version_id,
        quiz=quiz.step.path,
        number=len(standing.attempts) + 1,
        language=language,
        seed=seed,
        item_keys=quiz.draw(seed),
        pass_percent=quiz.pass_percent,
        started_at=standing.now,
        limit_seconds=quiz.limit_seconds,
        closes_at=standing.window.closes_at,
        extra_time_factor=standing.extra_time_factor,
        deadline_at=standing.deadline_at,
    )
    mine = (Attempt.enrolment_id == seat.enrolment_id, Attempt.quiz == quiz.step.path)
    try:
        with db.session.begin_nested():
            db.session.add(attempt)
    except IntegrityError:  # a second click was faster by a moment
        return db.session.scalars(
            select(Attempt).where(*mine, Attempt.submitted_at.is_(None))
        ).one()
    if attempt.deadline_at is not None:
        watch(attempt, attempt.deadline_at)
    audit.record(
        "start_attempt", "attempt", attempt.id, country_code=seat.country_code, quiz=attempt.quiz
    )
    return attempt


def watch(attempt: Attempt, deadline_at: datetime) -> None:
    """See to it that the attempt counts even when nobody comes back to it."""
    # A moment after the grace: at its very end the attempt still takes answers.
    due_at = deadline_at + rules.GRACE + timedelta(seconds=1)
    jobs.enqueue("hand_in_overdue", due_at=due_at, attempt_id=attempt.id)


def submit_attempt(sitting: Sitting) -> None:
    """Hand in an attempt; doing it twice changes nothing.

    After its deadline what was saved until then counts.
    """
    hand_in(sitting.attempt)


def hand_in_overdue(attempt_id: int) -> None:
    """Hand in an attempt whose time is over; look again later when it was given more time."""
    attempt = db.session.get(Attempt, attempt_id, with_for_update=True)
    if attempt is None or attempt.deadline_at is None or attempt.enrolment.withdrawn_at is not None:
        return
    state = rules.state(datetime.now(UTC), attempt.submitted_at, attempt.deadline_at)
    if state is rules.AttemptState.OPEN:
        watch(attempt, attempt.deadline_at)
    elif state is rules.AttemptState.CLOSED:
        hand_in(attempt)


def hand_in(attempt: Attempt) -> None:
    """Close the attempt, once, and mark the answers in the log; what a person must mark waits."""
    # Whoever saves at the same moment is either in time or told that it was too late.
    db.session.refresh(attempt, with_for_update=True)
    if attempt.submitted_at is not None:
        return
    now = datetime.now(UTC)
    attempt.submitted_at = min(now, attempt.deadline_at) if attempt.deadline_at else now
    hold_keys([attempt.version_id])  # a key that is corrected at this moment is waited for
    scripts = queries.scripts_of(attempt)
    attempt.marks = {one.key: one.mark() for one in scripts if not one.waits_for_person}
    db.session.flush()
    audit.record(
        "submit_attempt", "attempt", attempt.id, quiz=attempt.quiz,
        country_code=attempt.enrolment.cohort.country_code,
    )  # fmt: skip
    if not any(one.waits_for_person for one in scripts):
        settle(attempt)


def settle(attempt: Attempt) -> None:
    """Say what the marks of a submitted attempt come to, now that all of them are there."""
    result = rules.result(attempt.marks.values(), attempt.pass_percent)
    attempt.score_percent, attempt.is_passed = result.score_percent, result.is_passed
    attempt.marked_at = datetime.now(UTC)
    db.session.flush()
    audit.record(
        "mark_attempt", "attempt", attempt.id, quiz=attempt.quiz,
        country_code=attempt.enrolment.cohort.country_code,
        score_percent=attempt.score_percent, is_passed=attempt.is_passed,
    )  # fmt: skip
    signals.attempt_marked.send(attempt)
