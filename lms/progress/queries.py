from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, func, select

from lms.cohorts.queries import Seat
from lms.courses.queries import outline_of
from lms.extensions import db
from lms.progress import rules
from lms.progress.models import Completion, DoneStep, Reflection
from lms.progress.rules import Progress

# Built once: every page of a course asks for it.
DONE = select(DoneStep.path).where(DoneStep.enrolment_id == bindparam("enrolment_id"))


def progress_of(seat: Seat) -> Progress:
    paths = db.session.scalars(DONE, {"enrolment_id": seat.enrolment_id})
    return rules.progress(outline_of(seat.version_id), paths)


def progress_of_many(seats: Iterable[tuple[int, int]]) -> dict[int, Progress]:
    """Return the progress of many ``(enrolment_id, version_id)`` from one statement."""
    versions = dict(seats)
    done: dict[int, list[str]] = defaultdict(list)
    rows = db.session.execute(
        select(DoneStep.enrolment_id, DoneStep.path).where(DoneStep.enrolment_id.in_(versions))
    )
    for enrolment_id, path in rows:
        done[enrolment_id].append(path)
    return {
        enrolment_id: rules.progress(outline_of(version_id), done[enrolment_id])
        for enrolment_id, version_id in versions.items()
    }


def last_activity(enrolment_ids: Iterable[int]) -> dict[int, datetime]:
    """Return when each enrolment's newest step was finished."""
    rows = db.session.execute(
        select(DoneStep.enrolment_id, func.max(DoneStep.done_at))
        .where(DoneStep.enrolment_id.in_(list(enrolment_ids)))
        .group_by(DoneStep.enrolment_id)
    )
    return dict(rows.all())


def done_times(seat: Seat) -> dict[str, datetime]:
    """Return when each step was finished, for the transcript."""
    rows = db.session.execute(
        select(DoneStep.path, DoneStep.done_at).where(DoneStep.enrolment_id == seat.enrolment_id)
    )
    return dict(rows.all())


def reflection_of(seat: Seat, path: str) -> Reflection | None:
    return db.session.get(Reflection, (seat.enrolment_id, path))


def completed_at(enrolment_id: int) -> datetime | None:
    return db.session.scalar(
        select(Completion.completed_at).where(Completion.enrolment_id == enrolment_id)
    )
