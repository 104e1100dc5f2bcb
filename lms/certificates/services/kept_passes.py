"""Keeping or withdrawing a pass after a key was corrected."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.errors import Conflict
from lms.extensions import db
from lms.notices import services as notices
from lms.progress import services as progress
from lms.quizzes.models import Attempt, ScoreChange
from lms.quizzes.queries import names_for_learner
from lms.quizzes.services.oneself import refuse_own


class AlreadyDecided(Conflict):
    message = _l(
        "Somebody has decided about this pass, or the key was corrected once more."
        " Open the list again to see the newest state."
    )


def decide_kept_pass(
    officer: Person, change: ScoreChange, *, is_withdrawn: bool, reason: str
) -> None:
    """Keep or withdraw a pass that a corrected key would not give. A certificate stays as it is.

    Raises:
        AboutOneself: it is the officer's own pass.
        AlreadyDecided: of two at once, the second is refused.
    """
    attempt = change.attempt
    refuse_own(officer, attempt.enrolment.person_id)
    db.session.refresh(attempt, with_for_update=True)
    newest = select(func.max(ScoreChange.id)).where(ScoreChange.attempt_id == attempt.id)
    decided = db.session.scalar(
        update(ScoreChange)
        .where(
            ScoreChange.id == change.id,
            ScoreChange.id == newest.scalar_subquery(),
            ScoreChange.decided_at.is_(None),
        )
        .values(
            decided_at=datetime.now(UTC),
            decided_by_id=officer.id,
            is_pass_withdrawn=is_withdrawn,
            decision=reason,
        )
        .returning(ScoreChange.id)
        .execution_options(synchronize_session=False)
    )
    if decided is None:
        raise AlreadyDecided
    if is_withdrawn:
        attempt.is_passed = False
        db.session.flush()
        progress.withdraw_pass(attempt)
    audit.record(
        "withdraw_pass" if is_withdrawn else "keep_pass", "attempt", attempt.id,
        country_code=attempt.enrolment.cohort.country_code, quiz=attempt.quiz, reason=reason,
    )  # fmt: skip
    _tell_decision(attempt, is_withdrawn=is_withdrawn, reason=reason)


def _tell_decision(attempt: Attempt, *, is_withdrawn: bool, reason: str) -> None:
    names, person = names_for_learner(attempt, "start"), attempt.enrolment.person
    notices.send_pass_decided(person, **names, is_withdrawn=is_withdrawn, reason=reason)
