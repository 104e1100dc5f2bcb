"""Messages about quizzes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lms.accounts.models import Person
from lms.notices.services.writing import page_url, send


def send_answers_marked(
    person: Person, *, quiz_title: str, course_title: str, page_path: str, is_change: bool
) -> None:
    send(
        person,
        "answers_marked",
        quiz_title=quiz_title,
        course_title=course_title,
        url=page_url(page_path),
        is_change=is_change,
    )


def send_attempt_reopened(
    person: Person,
    *,
    course_title: str,
    quiz_title: str,
    until: datetime,
    reason: str,
    page_path: str,
) -> None:
    send(
        person,
        "attempt_reopened",
        course_title=course_title,
        quiz_title=quiz_title,
        until=until,
        time_zone=person.time_zone,
        reason=reason,
        url=page_url(page_path),
    )


def send_score_corrected(
    person: Person, *, course_title: str, quiz_title: str, page_path: str, **facts: Any
) -> None:
    """Tell of another score: ``before_percent``, ``after_percent``, ``is_pass_kept``, ``reason``."""
    titles = {"course_title": course_title, "quiz_title": quiz_title}
    send(person, "score_corrected", **titles, **facts, url=page_url(page_path))


def send_pass_decided(
    person: Person,
    *,
    course_title: str,
    quiz_title: str,
    page_path: str,
    is_withdrawn: bool,
    reason: str,
) -> None:
    send(
        person,
        "pass_decided",
        course_title=course_title,
        quiz_title=quiz_title,
        is_withdrawn=is_withdrawn,
        reason=reason,
        url=page_url(page_path),
    )
