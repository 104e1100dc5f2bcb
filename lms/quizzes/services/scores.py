"""Changing the score of an attempt that was settled before. Nothing here commits."""

from __future__ import annotations

from collections.abc import Mapping

from lms.audit import services as audit
from lms.extensions import db
from lms.quizzes import rules, signals
from lms.quizzes.models import Attempt


def change_score(
    attempt: Attempt, marks: Mapping[str, float], *, reason: str, actor_id: int | None = None
) -> rules.Result:
    """Give a settled attempt other marks. Who has passed keeps the pass; who passes now has passed.

    Whoever calls has locked the attempt, and tells its learner.

    Args:
        attempt: settled, so with a score.
        marks: of all its items, by item key.
        reason: why they are others now; kept in the log.
        actor_id: who changes them, where a job does it for somebody.

    Returns:
        What the new marks come to; ``is_pass_kept`` where they alone would not have passed.
    """
    before, was_passed = attempt.score_percent, bool(attempt.is_passed)
    result = rules.result(marks.values(), attempt.pass_percent, was_passed=was_passed)
    attempt.marks = dict(marks)
    attempt.score_percent, attempt.is_passed = result.score_percent, result.is_passed
    db.session.flush()
    audit.record(
        "change_score", "attempt", attempt.id, quiz=attempt.quiz, reason=reason, actor_id=actor_id,
        country_code=attempt.enrolment.cohort.country_code, before_percent=before,
        score_percent=result.score_percent, is_passed=result.is_passed,
        is_pass_kept=result.is_pass_kept,
    )  # fmt: skip
    if result.is_passed and not was_passed:
        signals.attempt_marked.send(attempt)
    return result
