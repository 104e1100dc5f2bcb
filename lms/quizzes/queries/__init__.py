"""Finding quizzes and attempts, with the access check inside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import bindparam, select

from lms.cohorts.queries import Seat
from lms.errors import NotFound
from lms.extensions import db
from lms.quizzes.models import Attempt
from lms.quizzes.queries.files import file_of
from lms.quizzes.queries.kept import KEPT_FOR, typed_of
from lms.quizzes.queries.marking import (
    Paper,
    Task,
    done_attempts,
    markings_of,
    paper_of,
    papers,
    response_to,
    text_of,
    waiting_counts,
    waiting_papers,
)
from lms.quizzes.queries.quiz import (
    Quiz,
    Result,
    Standing,
    names_for_learner,
    quiz_of,
    quiz_of_attempt,
    quiz_of_version,
    result_of,
)
from lms.quizzes.queries.scripts import Script, corrections_of, last_answers, log_of, scripts_of
from lms.quizzes.queries.sitting import Question, Sitting
from lms.quizzes.queries.slot import Slot, slot_of
from lms.quizzes.queries.times import (
    extra_time_factor,
    extra_time_of,
    extra_times_of,
    running_attempts,
    window_of,
    windows_of,
    windows_of_cohort,
)
from lms.quizzes.queries.tries import FirstTry, first_tries, saved_answers

__all__ = [
    "KEPT_FOR",
    "FirstTry",
    "Paper",
    "Question",
    "Quiz",
    "Result",
    "Script",
    "Sitting",
    "Slot",
    "Standing",
    "Task",
    "attempts_of",
    "corrections_of",
    "counting_results",
    "done_attempts",
    "extra_time_factor",
    "extra_time_of",
    "extra_times_of",
    "file_of",
    "first_tries",
    "last_answers",
    "markings_of",
    "names_for_learner",
    "paper_of",
    "papers",
    "quiz_of",
    "quiz_of_attempt",
    "quiz_of_version",
    "response_to",
    "running_attempts",
    "saved_answers",
    "scripts_of",
    "sitting_of",
    "slot_of",
    "standing_of",
    "text_of",
    "typed_of",
    "waiting_counts",
    "waiting_papers",
    "window_of",
    "windows_of",
    "windows_of_cohort",
]


def standing_of(seat: Seat, path: str) -> Standing:
    """Return where a learner stands with one of the own quizzes, else 404."""
    quiz, attempts = quiz_of(seat, path), attempts_of(seat, path)
    return Standing(seat, quiz, attempts, window_of(seat, path), datetime.now(UTC))


# Asked on every page of a quiz: built once, because building them anew took as long as asking.
ATTEMPTS = (
    select(Attempt)
    .where(Attempt.enrolment_id == bindparam("enrolment_id"), Attempt.quiz == bindparam("quiz"))
    .order_by(Attempt.number)
)
ATTEMPT = ATTEMPTS.where(Attempt.number == bindparam("number"))


def attempts_of(seat: Seat, path: str) -> list[Attempt]:
    values = {"enrolment_id": seat.enrolment_id, "quiz": path}
    return list(db.session.scalars(ATTEMPTS, values))


def sitting_of(
    seat: Seat, path: str, number: int, language: str, *, to_change: bool = False
) -> Sitting:
    """Return one of a learner's own attempts, else 404.

    Args:
        seat: the learner's place in the course.
        path: module/step of the quiz.
        number: 1 for the first attempt.
        language: of the page.
        to_change: others who would change it wait until this transaction ends.
    """
    values = {"enrolment_id": seat.enrolment_id, "quiz": path, "number": number}
    attempt = db.session.scalar(ATTEMPT.with_for_update() if to_change else ATTEMPT, values)
    if attempt is None:
        raise NotFound
    log = log_of(attempt)
    return Sitting(attempt, quiz_of_attempt(attempt), seat, log.counting, language, log.overtaken)


def counting_results(enrolment_ids: Iterable[int]) -> dict[int, dict[str, Result]]:
    """Return each enrolment's result at each quiz: of the attempt that counts by the quiz's settings."""
    query = select(Attempt).where(
        Attempt.enrolment_id.in_(list(enrolment_ids)), Attempt.marked_at.is_not(None)
    )
    tries: dict[tuple[int, str], list[Attempt]] = defaultdict(list)
    for attempt in db.session.scalars(query.order_by(Attempt.number)):
        tries[attempt.enrolment_id, attempt.quiz].append(attempt)
    results: dict[int, dict[str, Result]] = defaultdict(dict)
    for (enrolment_id, quiz), attempts in tries.items():
        counts = quiz_of_attempt(attempts[-1]).settings.counts
        if (result := result_of(attempts, counts)) is not None:
            results[enrolment_id][quiz] = result
    return results
