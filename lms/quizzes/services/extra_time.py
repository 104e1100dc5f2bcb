"""More time: what a learner adds to a limit, and what others give. Nothing here commits."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.cohorts.models import Cohort
from lms.errors import Conflict
from lms.extensions import db, insert_once
from lms.quizzes import queries, rules
from lms.quizzes.models import Attempt, ExtraTime
from lms.quizzes.queries import Sitting
from lms.quizzes.services.answers import closed
from lms.quizzes.services.oneself import refuse_own


class LimitEssential(Conflict):
    message = _l("The time of this quiz cannot be lengthened. The start page says why.")


class NoExtensionsLeft(Conflict):
    message = _l(
        "You have lengthened the time as often as it can be. If you need more, ask your coordinator"
        " for extra time."
    )


def extend(sitting: Sitting, number: int | None = None) -> None:
    """Lengthen an open attempt by one step.

    Args:
        sitting: the attempt, as ``sitting_of(..., to_change=True)`` finds it.
        number: which extension is asked for; asked for a second time, it is there already.
    """
    if not sitting.is_open:
        raise closed(sitting)
    extension = sitting.extension
    if extension is None:
        raise LimitEssential
    if number is not None and number <= extension.used:
        return
    if not extension.left:
        raise NoExtensionsLeft
    attempt = sitting.attempt
    attempt.extended_seconds += extension.seconds
    count_again(attempt)
    audit.record(
        "extend_attempt", "attempt", attempt.id, country_code=sitting.seat.country_code,
        quiz=attempt.quiz, seconds=extension.seconds,
    )  # fmt: skip


def grant_extra_time(giver: Person, holder: Person | Cohort, factor: float, reason: str) -> int:
    """Give a person or a cohort more time in every timed quiz; a factor of 1 takes it away.

    Attempts under way have it at once; none of them gets shorter.

    Returns:
        How many attempts are under way.
    """
    if isinstance(holder, Person):
        refuse_own(giver, holder.id)
    values = {
        "factor": factor, "reason": reason, "granted_by_id": giver.id, "granted_at": datetime.now(UTC),
    }  # fmt: skip
    column = ExtraTime.person_id if isinstance(holder, Person) else ExtraTime.cohort_id
    if not insert_once(ExtraTime, **{column.key: holder.id}, **values):
        db.session.execute(update(ExtraTime).where(column == holder.id).values(values))
    running = queries.running_attempts(holder)
    for attempt in running:
        attempt.extra_time_factor = max(attempt.extra_time_factor, factor)
        count_again(attempt)
    kind = "person" if isinstance(holder, Person) else "cohort"
    audit.record(
        "grant_extra_time", kind, holder.id, country_code=holder.country_code, reason=reason,
        factor=factor, attempts=[attempt.id for attempt in running],
    )  # fmt: skip
    return len(running)


def count_again(attempt: Attempt) -> None:
    """Move the deadline to where the attempt's own columns put it, never to an earlier time.

    Whatever watches the old deadline looks again.
    """
    ends_at = rules.deadline(
        attempt.started_at,
        attempt.limit_seconds,
        attempt.closes_at,
        attempt.extra_time_factor,
        attempt.extended_seconds,
    )
    attempt.deadline_at = rules.later(attempt.deadline_at, ends_at)
