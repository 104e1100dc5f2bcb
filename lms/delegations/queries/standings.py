"""Where each person of a cohort stands, counted by the database: the same cost for three people and for thousands.

The statements are built once a process, because building them anew took as long as asking; who asks gives the
values of ``moments_of``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, Subquery, and_, bindparam, case, func, select

from lms.accounts.models import Person
from lms.cohorts.models import Cohort, Enrolment
from lms.delegations.rules import AWAY_AFTER, Standing
from lms.extensions import UtcDateTime
from lms.progress.models import Completion
from lms.progress.models import Standing as DoneSoFar

COHORT_ID: ColumnElement[int] = bindparam("cohort_id")
Rows: TypeAlias = Select[*tuple[Any, ...]]
NEVER = datetime(1, 1, 2, tzinfo=UTC)  # before anything was done
IS_KEPT = Enrolment.withdrawn_at.is_(None)
DONE_COUNT = func.sum(case((IS_KEPT, func.coalesce(DoneSoFar.done_count, 0)), else_=0))
"""Steps done in all courses that somebody has a place in."""
LAST_DONE_AT: ColumnElement[datetime | None] = func.max(DoneSoFar.last_done_at.expression)


def moments_of(cohort: Cohort, now: datetime) -> dict[str, Any]:
    """Return what the statements about a cohort ask for: nobody falls behind once it is over."""
    return {
        "cohort_id": cohort.id,
        "now": now,
        "stale_before": NEVER if cohort.is_over(now) else now - AWAY_AFTER,
    }


def places() -> Rows:
    """Select one row for each person who is or was in a cohort, over all courses there."""
    is_finished = Completion.enrolment_id.is_not(None)
    moved_at = func.coalesce(DoneSoFar.last_done_at, Enrolment.enrolled_at)
    last_moved_at = func.max(case((IS_KEPT, moved_at)))
    return (
        select(
            Enrolment.person_id,
            _count(IS_KEPT).label("place_count"),
            _count(and_(IS_KEPT, is_finished)).label("finished_count"),
            (last_moved_at < bindparam("stale_before", type_=UtcDateTime())).label("is_stale"),
            DONE_COUNT.label("done_count"),
            LAST_DONE_AT.label("last_done_at"),
        )
        .outerjoin(DoneSoFar, DoneSoFar.enrolment_id == Enrolment.id)
        .outerjoin(Completion, Completion.enrolment_id == Enrolment.id)
        .where(Enrolment.cohort_id == COHORT_ID)
        .group_by(Enrolment.person_id)
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Count the rows of a group for which something holds."""
    return func.sum(case((condition, 1), else_=0))


def standing_in(found: Subquery) -> ColumnElement[str]:
    """Say in SQL what ``rules.standing`` says of one person; a test holds both together."""
    return case(
        (found.c.place_count == 0, Standing.WITHDRAWN.value),
        (found.c.finished_count == found.c.place_count, Standing.FINISHED.value),
        (Person.active.is_(False), Standing.SUSPENDED.value),
        (Person.signed_in_at.is_(None), Standing.NOT_SIGNED_IN.value),
        (found.c.is_stale, Standing.BEHIND.value),
        else_=Standing.ON_TRACK.value,
    )
