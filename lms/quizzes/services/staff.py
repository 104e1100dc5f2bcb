"""What staff do with somebody's attempt: end it, give it back. Nothing here commits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.errors import Conflict
from lms.extensions import db
from lms.notices import services as notices
from lms.quizzes.models import Attempt
from lms.quizzes.queries import names_for_learner
from lms.quizzes.services.attempts import hand_in, watch
from lms.quizzes.services.oneself import refuse_own


class StillOpen(Conflict):
    message = _l("This attempt is not handed in yet, so there is nothing to reopen.")


class AlreadyPassed(Conflict):
    message = _l("This attempt was passed, so there is nothing to reopen.")


class OtherAttemptOpen(Conflict):
    message = _l(
        "This learner has another attempt at this quiz open. End that one first, or let it be"
        " finished; then reopen this one."
    )


def end_attempts(attempts: Iterable[Attempt], *, reason: str) -> int:
    """End each that is open, in one order, so that two who do it at once never block each other."""
    in_order = sorted(attempts, key=lambda attempt: attempt.id)
    return sum(end_attempt(attempt, reason=reason) for attempt in in_order)


def end_attempt(attempt: Attempt, *, reason: str) -> bool:
    """Hand in somebody's attempt with what was saved; tell whether it was open until now."""
    db.session.refresh(attempt, with_for_update=True)
    if attempt.submitted_at is not None:
        return False
    hand_in(attempt)
    audit.record(
        "end_attempt", "attempt", attempt.id, quiz=attempt.quiz, reason=reason,
        country_code=attempt.enrolment.cohort.country_code,
    )  # fmt: skip
    return True


def reopen_attempt(giver: Person, attempt: Attempt, *, ends_at: datetime, reason: str) -> None:
    """Give an attempt back to its learner until ``ends_at``; its answers stay, its marks go.

    Raises:
        AboutOneself: it is the giver's own.
        StillOpen: it is not handed in.
        AlreadyPassed: a pass is never put at risk.
        OtherAttemptOpen: a learner has one open attempt at a quiz at most.
    """
    refuse_own(giver, attempt.enrolment.person_id)
    db.session.refresh(attempt, with_for_update=True)
    if attempt.submitted_at is None:
        raise StillOpen
    if attempt.is_passed:
        raise AlreadyPassed
    if _has_open_attempt(attempt):
        raise OtherAttemptOpen
    before = attempt.score_percent
    try:
        with db.session.begin_nested():
            _give_back(attempt, ends_at)
    except IntegrityError as error:  # the learner began another one at this moment
        raise OtherAttemptOpen from error
    watch(attempt, ends_at)
    audit.record(
        "reopen_attempt", "attempt", attempt.id, quiz=attempt.quiz, reason=reason,
        country_code=attempt.enrolment.cohort.country_code, before_percent=before,
        until=ends_at.isoformat(timespec="seconds"),
    )  # fmt: skip
    notices.send_attempt_reopened(
        attempt.enrolment.person,
        **names_for_learner(attempt, "start"),
        until=ends_at,
        reason=reason,
    )


def _give_back(attempt: Attempt, ends_at: datetime) -> None:
    attempt.marks = {}
    attempt.submitted_at = attempt.marked_at = attempt.score_percent = attempt.is_passed = None
    # The end is the one that was chosen; from now on no limit counts beside it.
    attempt.limit_seconds, attempt.extended_seconds = None, 0
    attempt.closes_at = attempt.deadline_at = ends_at


def _has_open_attempt(attempt: Attempt) -> bool:
    query = select(Attempt.id).where(
        Attempt.enrolment_id == attempt.enrolment_id,
        Attempt.quiz == attempt.quiz,
        Attempt.submitted_at.is_(None),
    )
    return db.session.scalar(query) is not None
