from __future__ import annotations

from typing import Any

import structlog

from lms.accounts.models import Person
from lms.extensions import db
from lms.quizzes import services
from lms.quizzes.queries.regrading import Proposal
from lms.quizzes.services import due_dates
from lms.quizzes.services.regrading import RegradeChanged
from lms.quizzes.services.regrading import regrade as apply_regrade

log = structlog.get_logger()


def hand_in_overdue(attempt_id: int) -> None:
    """Close an attempt after its deadline, so that it counts even if nobody looks."""
    services.hand_in_overdue(attempt_id)


def regrade(
    item_key: str,
    version_ids: list[int],
    response: Any,
    reason: str,
    person_id: int,
    fingerprint: str,
) -> None:
    """Correct a key as somebody has seen and confirmed it; what changed meanwhile stops it."""
    proposal = Proposal(item_key, tuple(version_ids), response)
    person = db.session.get_one(Person, person_id)
    try:
        apply_regrade(proposal, reason=reason, person=person, fingerprint=fingerprint)
    except RegradeChanged:
        # Asking again would not help; the page says that somebody must look at the new figures.
        db.session.rollback()
        log.warning("regrade_not_applied", item_key=item_key, person_id=person_id)


def tell_due_dates(cohort_id: int, course_ids: list[int]) -> None:
    """Write to a whole cohort; the messages and the end of the job commit together, so each is written once."""
    due_dates.tell_due_dates(cohort_id, course_ids)
