"""When a cohort may take a quiz. Nothing here commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update

from lms.audit import services as audit
from lms.cohorts.models import CohortCourse
from lms.extensions import db, insert_once
from lms.quizzes import queries, rules
from lms.quizzes.models import QuizWindow
from lms.quizzes.services.extra_time import count_again


def set_window(
    cohort_course: CohortCourse, path: str, opens_at: datetime | None, closes_at: datetime | None
) -> int:
    """Say when a cohort may take a quiz; without times it may as long as the course is open.

    A later closing lengthens attempts under way; an earlier one holds for those that begin after
    it: nobody gets less time than was told.

    Args:
        cohort_course: the cohort in the course.
        path: module/step of the quiz.
        opens_at: None: with the course.
        closes_at: None: with the course.

    Returns:
        How many attempts under way got more time.
    """
    key = {
        "cohort_id": cohort_course.cohort_id, "course_id": cohort_course.course_id, "quiz": path,
    }  # fmt: skip
    values = {"opens_at": opens_at, "closes_at": closes_at}
    if opens_at is None and closes_at is None:
        db.session.execute(delete(QuizWindow).filter_by(**key))
    elif not insert_once(QuizWindow, **key, **values):
        db.session.execute(update(QuizWindow).filter_by(**key).values(values))
    lengthened = _lengthen(cohort_course, path, closes_at or cohort_course.closes_at)
    audit.record(
        "set_quiz_window", "cohort", cohort_course.cohort_id,
        country_code=cohort_course.cohort.country_code, course=cohort_course.course.slug, quiz=path,
        opens_at=opens_at.isoformat() if opens_at else "",
        closes_at=closes_at.isoformat() if closes_at else "",
    )  # fmt: skip
    return lengthened


def _lengthen(cohort_course: CohortCourse, path: str, closes_at: datetime | None) -> int:
    lengthened = 0
    for attempt in queries.running_attempts(
        cohort_course.cohort, course_id=cohort_course.course_id, quiz=path
    ):
        before = attempt.deadline_at
        attempt.closes_at = rules.later(attempt.closes_at, closes_at)
        count_again(attempt)
        lengthened += attempt.deadline_at != before
    return lengthened
