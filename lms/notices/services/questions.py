"""Messages about questions that learners ask."""

from __future__ import annotations

from lms.accounts.models import Person
from lms.notices.services.writing import page_url, send


def send_question_asked(
    person: Person, *, course_title: str, cohort_title: str, asker: str, text: str, page_path: str
) -> None:
    send(
        person,
        "question_asked",
        course_title=course_title,
        cohort_title=cohort_title,
        asker=asker,
        text=text,
        url=page_url(page_path),
    )


def send_question_answered(
    person: Person, *, course_title: str, answerer: str, text: str, page_path: str
) -> None:
    send(
        person,
        "question_answered",
        course_title=course_title,
        answerer=answerer,
        text=text,
        url=page_url(page_path),
    )
