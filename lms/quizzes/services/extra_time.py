"""More time: what a learner adds to a limit, and what others give. Nothing here commits."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.audit import services as audit
from lms.errors import Conflict
from lms.quizzes import rules
from lms.quizzes.models import Attempt
from lms.quizzes.queries import Sitting
from lms.quizzes.services.answers import closed


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
