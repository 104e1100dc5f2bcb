"""Asking about a step, reporting a mistake in it, and answering."""

from __future__ import annotations

from datetime import UTC, datetime

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.cohorts.models import Enrolment, StepQuestion, StepReply
from lms.cohorts.queries.questions import staff_of
from lms.cohorts.queries.seats import Seat
from lms.courses.queries import outline_of
from lms.extensions import db
from lms.notices import services as notices
from lms.web.languages import interface_language


def ask(seat: Seat, path: str, *, kind: str, text: str, language: str) -> StepQuestion:
    """Ask about a step, or report a mistake in it; whoever teaches the course is told.

    Args:
        seat: the learner's own place.
        path: of the step: module/step.
        kind: one of ``queries.questions.KINDS``.
        text: what is asked.
        language: in which the step was read: a mistake may be one of the translation.
    """
    enrolment = db.session.get_one(Enrolment, seat.enrolment_id)
    question = StepQuestion(
        enrolment_id=enrolment.id, course_id=enrolment.course_id, path=path, language=language, kind=kind,
        text=text, asked_at=datetime.now(UTC),
    )  # fmt: skip
    db.session.add(question)
    db.session.flush()
    audit.record(
        "ask", "question", question.id, country_code=seat.country_code, kind=kind, step=path
    )
    _tell_staff(enrolment, question, text)
    return question


def reply(person: Person, question: StepQuestion, text: str) -> StepReply:
    """Write in the thread of a question: staff answer it, and the learner may ask on, which opens it again."""
    written = StepReply(
        question_id=question.id, person_id=person.id, text=text, written_at=datetime.now(UTC)
    )
    question.replies.append(written)
    enrolment = question.enrolment
    is_learner = person.id == enrolment.person_id
    question.closed_at = None if is_learner else written.written_at
    audit.record("reply", "question", question.id, country_code=enrolment.cohort.country_code)
    if is_learner:
        _tell_staff(enrolment, question, text)
    else:
        notices.send_question_answered(
            enrolment.person,
            course_title=_course_title(enrolment, enrolment.person),
            answerer=person.name,
            text=text,
            page_path=f"/learn/{enrolment.cohort.slug}/{enrolment.course.slug}/questions#q{question.id}",
        )
    return written


def _tell_staff(enrolment: Enrolment, question: StepQuestion, text: str) -> None:
    for person in staff_of(enrolment):
        if person.id == enrolment.person_id:
            continue
        notices.send_question_asked(
            person,
            course_title=_course_title(enrolment, person),
            cohort_title=enrolment.cohort.title,
            asker=enrolment.person.name,
            text=text,
            page_path=f"/teach/inbox/{question.id}",
        )


def _course_title(enrolment: Enrolment, reader: Person) -> str:
    return outline_of(enrolment.version_id).title(interface_language(reader.language))
