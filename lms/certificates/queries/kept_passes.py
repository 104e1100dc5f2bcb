"""Passes that a corrected key would not give, and that an officer decides about."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from lms.accounts.models import Person
from lms.cohorts.models import Cohort, Enrolment
from lms.errors import NotFound
from lms.extensions import db
from lms.quizzes.models import Attempt, ScoreChange


def kept_passes(officer: Person) -> Select[Any]:
    """Select the passes that a corrected key would not give, in the officer's countries.

    What was decided is not among them, nor what a later correction has settled by itself.
    """
    countries = officer.objects_of("officer", "country")
    newest = select(func.max(ScoreChange.id)).group_by(ScoreChange.attempt_id)
    enrolment = contains_eager(ScoreChange.attempt).contains_eager(Attempt.enrolment)
    query = (
        select(ScoreChange)
        .join(ScoreChange.attempt)
        .join(Attempt.enrolment)
        .join(Enrolment.person)
        .join(Enrolment.cohort)
        .options(
            joinedload(ScoreChange.correction),
            enrolment.contains_eager(Enrolment.cohort),
            enrolment.contains_eager(Enrolment.person).lazyload(Person.grants),
        )
        .where(
            ScoreChange.id.in_(newest),
            ScoreChange.is_pass_kept,
            ScoreChange.decided_at.is_(None),
            Attempt.is_passed.is_(True),
        )
        .order_by(ScoreChange.id)
    )
    return query if "*" in countries else query.where(Cohort.country_code.in_(countries))


def kept_pass(officer: Person, change_id: int) -> ScoreChange:
    """Return one pass to decide about, else 404."""
    found: ScoreChange | None = db.session.scalar(
        kept_passes(officer).where(ScoreChange.id == change_id)
    )
    if found is None:
        raise NotFound
    return found
