"""How far a person is in the own courses, and what was written there for nobody else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from lms.accounts.models import Person
from lms.accounts.services.personal_data import facts_of
from lms.cohorts.models import Enrolment
from lms.extensions import db
from lms.progress.models import Completion, DoneStep, Reflection


def export(person: Person) -> dict[str, Any]:
    own = _enrolment_ids(person)
    parts = {
        "steps": select(DoneStep).where(DoneStep.enrolment_id.in_(own)),
        "reflections": select(Reflection).where(Reflection.enrolment_id.in_(own)),
        "completions": select(Completion).where(Completion.enrolment_id.in_(own)),
    }
    return {
        name: [facts_of(row) for row in db.session.scalars(query)] for name, query in parts.items()
    }


def _enrolment_ids(person: Person) -> Any:
    return select(Enrolment.id).where(Enrolment.person_id == person.id)


def erase(person: Person) -> None:
    """Remove what was written; what was done stays, for the counts."""
    db.session.execute(
        delete(Reflection).where(Reflection.enrolment_id.in_(_enrolment_ids(person)))
    )
