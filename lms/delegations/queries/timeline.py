"""What happened to one person in a cohort, for a coordinator: states and scores, never what was answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lms.certificates.models import Certificate
from lms.cohorts.models import Cohort, Invitation
from lms.courses.contents import Contents
from lms.courses.queries import contents_of
from lms.delegations.queries.members import Member
from lms.extensions import db
from lms.notices.models import Message
from lms.progress.models import DoneStep
from lms.quizzes.models import Attempt
from lms.quizzes.queries import extra_time_of

SHOWN = 40
MESSAGES = ("reminder", "coordinator_message")


@dataclass(frozen=True)
class Event:
    """One thing that happened; ``title`` is a step, a quiz, a course or a subject, in its own language."""

    at: datetime
    kind: str
    title: str = ""
    language: str = ""
    place: tuple[int, int] | None = None  # module and step, by their numbers
    attempt: Attempt | None = None
    factor: float | None = None


def timeline(cohort: Cohort, members: list[Member], language: str) -> list[Event]:
    """List what happened to one person in a cohort, the newest first; a fixed number of statements."""
    contents = {
        one.enrolment.id: contents_of(one.enrolment.version_id, language) for one in members
    }
    happened = [
        *_places(members, contents),
        *_steps(contents),
        *_attempts(contents),
        *_certificates(contents),
        *_messages(cohort, members[0]),
        *_invitations(cohort, members[0]),
        *_about_person(members[0]),
    ]
    return sorted(happened, key=lambda event: event.at, reverse=True)


def _places(members: list[Member], contents: dict[int, Contents]) -> Iterator[Event]:
    for one in members:
        course = contents[one.enrolment.id]
        for at, kind in (
            (one.enrolment.enrolled_at, "enrolled"),
            (one.completed_at, "completed"),
            (one.enrolment.withdrawn_at, "withdrawn"),
        ):
            if at is not None:
                yield Event(at, kind, course.title, course.language)


def _steps(contents: dict[int, Contents]) -> Iterator[Event]:
    """Yield the steps that were done by hand; of a quiz, its attempts tell more."""
    query = select(DoneStep).where(DoneStep.enrolment_id.in_(contents))
    attempted = select(Attempt.quiz).where(Attempt.enrolment_id == DoneStep.enrolment_id)
    for done in db.session.scalars(query.where(DoneStep.path.not_in(attempted))):
        course = contents[done.enrolment_id]
        if done.path in course.by_path:
            module, step = course.by_path[done.path]
            place = (module.number, step.number)
            yield Event(done.done_at, "step", step.title, course.language, place)


def _attempts(contents: dict[int, Contents]) -> Iterator[Event]:
    for attempt in db.session.scalars(select(Attempt).where(Attempt.enrolment_id.in_(contents))):
        course = contents[attempt.enrolment_id]
        title = course.by_path[attempt.quiz][1].title if attempt.quiz in course.by_path else ""
        if attempt.submitted_at is None:
            yield Event(attempt.started_at, "quiz_begun", title, course.language, attempt=attempt)
            continue
        kind = "quiz_passed" if attempt.is_passed else "quiz_tried"
        yield Event(attempt.submitted_at, kind, title, course.language, attempt=attempt)


def _certificates(contents: dict[int, Contents]) -> Iterator[Event]:
    query = select(Certificate).where(Certificate.enrolment_id.in_(contents))
    for one in db.session.scalars(query):
        yield Event(one.issued_at, "certified", one.number)
        if one.revoked_at is not None:
            yield Event(one.revoked_at, "revoked", one.number)
        if one.replaced_at is not None:
            yield Event(one.replaced_at, "replaced", one.number)


def _messages(cohort: Cohort, member: Member) -> Iterator[Event]:
    """Yield what was written to the person about this cohort; what another delegation writes is not shown."""
    query = select(Message).where(
        Message.person_id == member.person.id,
        Message.kind.in_(MESSAGES),
        Message.page_path.startswith(f"/learn/{cohort.slug}/", autoescape=True),
    )
    for one in db.session.scalars(query):
        yield Event(one.created_at, one.kind, one.subject, one.language)


def _invitations(cohort: Cohort, member: Member) -> Iterator[Event]:
    query = select(Invitation.invited_at).where(
        Invitation.cohort_id == cohort.id, Invitation.email == member.person.email
    )
    for at in db.session.scalars(query):
        yield Event(at, "invited")


def _about_person(member: Member) -> Iterator[Event]:
    if member.person.signed_in_at is not None:
        yield Event(member.person.signed_in_at, "signed_in")
    extra_time = extra_time_of(member.person)
    if extra_time is not None:
        yield Event(extra_time.granted_at, "extra_time", factor=extra_time.factor)
