"""Correcting a key, and counting again what was marked with it. Nothing here commits."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.courses.queries import items_of, outline_of
from lms.errors import Conflict
from lms.extensions import db
from lms.notices import services as notices
from lms.quizzes.models import KeyCorrection, ScoreChange
from lms.quizzes.queries import names_for_learner
from lms.quizzes.queries.regrading import Outcome, Proposal, Regrade, hold_keys, regrade_of
from lms.quizzes.queries.scripts import Script
from lms.quizzes.services.scores import change_score


class RegradeChanged(Conflict):
    message = _l(
        "Answers or attempts have changed since this was worked out, so nothing was applied yet."
        " Look at the new figures, then apply them."
    )


def regrade(proposal: Proposal, *, reason: str, person: Person, fingerprint: str) -> bool:
    """Apply a proposal as it was shown; a second press changes nothing.

    Whoever passed keeps the pass, until an officer decides otherwise. Who passes now has passed.

    Args:
        proposal: what shall hold instead of the wrong key.
        reason: the learners read it.
        person: who corrects.
        fingerprint: of the dry run that the person has seen.

    Returns:
        Whether anything was applied; False for the second press.

    Raises:
        RegradeChanged: what would happen now is not what was shown.
    """
    hold_keys(proposal.version_ids, to_correct=True)
    if is_applied(proposal, reason=reason, person=person):
        return False
    found = regrade_of(proposal, to_change=True)
    if found.fingerprint != fingerprint:
        raise RegradeChanged
    _correct(found, reason, person)
    corrections = {one.version_id: one for one in found.corrections}
    for outcome in found.changed:
        _apply(outcome, corrections[outcome.attempt.version_id], person)
    return True


def is_applied(proposal: Proposal, *, reason: str, person: Person) -> bool:
    """Tell whether the newest correction of each version is this very proposal."""
    return all(_is_newest(proposal, number, reason, person) for number in proposal.version_ids)


def _is_newest(proposal: Proposal, version_id: int, reason: str, person: Person) -> bool:
    newest = db.session.scalar(
        select(KeyCorrection)
        .where(KeyCorrection.version_id == version_id, KeyCorrection.item_key == proposal.item_key)
        .order_by(KeyCorrection.id.desc())
        .limit(1)
    )
    if newest is None or (newest.reason, newest.corrected_by_id) != (reason, person.id):
        return False
    if newest.is_given_to_all or proposal.is_given_to_all:
        return newest.is_given_to_all == proposal.is_given_to_all
    item = items_of(version_id)[proposal.item_key]
    return Script(proposal.item_key, item, proposal.response, newest).mark() == 1


def _correct(found: Regrade, reason: str, person: Person) -> None:
    now = datetime.now(UTC)
    for correction in found.corrections:
        correction.reason, correction.corrected_by_id = reason, person.id
        correction.corrected_at = now
        db.session.add(correction)
    db.session.flush()
    audit.record(
        "correct_key", "item", found.proposal.item_key, reason=reason, actor_id=person.id,
        course=outline_of(found.proposal.version_ids[0]).slug,
        versions=list(found.proposal.version_ids), up=len(found.up), down=len(found.down),
        newly_passed=len(found.newly_passed), kept=len(found.kept), waiting=len(found.waiting),
    )  # fmt: skip


def _apply(outcome: Outcome, correction: KeyCorrection, person: Person) -> None:
    attempt, before = outcome.attempt, outcome.before_percent
    if before is None:
        attempt.marks = outcome.marks
        return
    result = change_score(attempt, outcome.marks, reason=correction.reason, actor_id=person.id)
    db.session.add(
        ScoreChange(
            correction_id=correction.id,
            attempt_id=attempt.id,
            before_percent=before,
            after_percent=result.score_percent,
            was_passed=outcome.was_passed,
            is_pass_kept=result.is_pass_kept,
        )
    )
    _tell(outcome, correction.reason, is_pass_kept=result.is_pass_kept)


def _tell(outcome: Outcome, reason: str, *, is_pass_kept: bool) -> None:
    attempt = outcome.attempt
    notices.send_score_corrected(
        attempt.enrolment.person,
        **names_for_learner(attempt, f"attempt/{attempt.number}/result"),
        before_percent=int(outcome.before_percent or 0),
        after_percent=int(attempt.score_percent or 0),
        is_pass_kept=is_pass_kept,
        reason=reason,
    )
