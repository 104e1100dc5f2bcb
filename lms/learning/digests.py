"""What a learner's digest tells: where each course goes on, until when, and who has answered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.cohorts.models import Enrolment, StepQuestion, StepReply
from lms.cohorts.queries import Seat, seats_of
from lms.courses.queries import contents_of
from lms.extensions import db
from lms.learning.rules import days_left
from lms.notices.services.writing import page_url
from lms.progress.queries import progress_of_many
from lms.progress.rules import Progress
from lms.web.languages import interface_language


def tell(person: Person, since: datetime) -> dict[str, Any] | None:
    """Return what the digest says; None when every course is finished or over, and nobody has answered."""
    now = datetime.now(UTC)
    seats = [seat for seat in seats_of(person) if _is_open(seat, now)]
    progresses = progress_of_many((seat.enrolment_id, seat.version_id) for seat in seats)
    language = interface_language(person.language)
    courses = [
        _course(seat, progresses[seat.enrolment_id], language)
        for seat in seats
        if not progresses[seat.enrolment_id].is_complete
    ]
    replies = _new_replies(person, since)
    if not courses and not replies:
        return None
    return {
        "courses": courses,
        "replies": replies,
        "time_zone": person.time_zone,
        "url": page_url("/learn"),
    }


def _is_open(seat: Seat, now: datetime) -> bool:
    left = days_left(now, seat.time_zone, closes_at=seat.closes_at, ends_on=seat.ends_on)
    return left >= 0 and seat.starts_on <= now.date()


def _course(seat: Seat, progress: Progress, language: str) -> dict[str, Any]:
    contents = contents_of(seat.version_id, language)
    step = progress.next_step
    return {
        "title": contents.title,
        "done": progress.done_count,
        "total": len(progress.outline.steps),
        "next": contents.by_path[step.path][1].title if step else "",
        "closes_at": seat.closes_at,
        "last_day": seat.ends_on,
    }


def _new_replies(person: Person, since: datetime) -> int:
    """Count the answers of others to the person's own questions."""
    query = (
        select(func.count())
        .select_from(StepReply)
        .join(StepQuestion, StepQuestion.id == StepReply.question_id)
        .join(Enrolment, Enrolment.id == StepQuestion.enrolment_id)
        .where(
            Enrolment.person_id == person.id,
            StepReply.person_id != person.id,
            StepReply.written_at >= since,
        )
    )
    return db.session.scalar(query) or 0
