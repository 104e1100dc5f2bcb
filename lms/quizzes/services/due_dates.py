"""Moving when the courses of a cohort close, and with them the quizzes that have a closing time of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from lms.audit import services as audit
from lms.cohorts.models import Cohort, CohortCourse
from lms.cohorts.queries import courses_of, enrolments_of, newest_version_id
from lms.courses.queries import outline_of
from lms.errors import LmsError
from lms.extensions import db
from lms.jobs.services import enqueue
from lms.notices import services as notices
from lms.quizzes import queries, rules
from lms.quizzes.models import QuizWindow
from lms.quizzes.services.extra_time import count_again
from lms.web.languages import interface_language


class DatesRefused(LmsError):
    status = 422


IN_THE_PAST = _l("A course would close in the past. Choose a later day.")
BEFORE_OPENING = _l(
    "A quiz would close before it opens. Change its own times first, under Times of the quizzes."
)
NOTHING_MOVES = _l("Nothing would move: no due date that is set would change.")


@dataclass(frozen=True)
class Shift:
    """One course's due date, before and after, and the quizzes of their own times that move with it."""

    link: CohortCourse
    after: datetime
    windows: list[tuple[QuizWindow, datetime]]

    @property
    def before(self) -> datetime:
        if self.link.closes_at is None:
            raise AttributeError("a course without a due date does not shift")
        return self.link.closes_at


def plan(
    cohort: Cohort, now: datetime, *, days: int | None = None, to: date | None = None
) -> list[Shift]:
    """Work out what changes when all due dates move by some days, or to one day; the time of day stays.

    The clock is the cohort's own, so that 19:00 stays 19:00 over a change of summer time. A date that is past
    and would still be past is left as it is.

    Raises:
        DatesRefused: it would close something in the past or before it opens, or nothing would move.
    """
    zone = ZoneInfo(cohort.time_zone)
    windows = queries.windows_of_cohort(cohort.id)
    shifts = []
    for link in courses_of(cohort):
        if link.closes_at is None:
            continue
        by = days if to is None else (to - link.closes_at.astimezone(zone).date()).days
        after = _shifted(link.closes_at, by or 0, zone)
        is_over = link.closes_at <= now and after <= now
        if not by or is_over:
            continue
        if after <= now:
            raise DatesRefused(IN_THE_PAST)
        own = [one for (course_id, _quiz), one in windows.items() if course_id == link.course_id]
        shifts.append(Shift(link, after, _windows(own, by, zone, now)))
    if not shifts:
        raise DatesRefused(NOTHING_MOVES)
    return shifts


def _shifted(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    local = moment.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    return local.replace(tzinfo=zone).astimezone(UTC)


def _windows(
    own: list[QuizWindow], days: int, zone: ZoneInfo, now: datetime
) -> list[tuple[QuizWindow, datetime]]:
    """Move the closings that are still to come."""
    moved = []
    for window in own:
        if window.closes_at is None or window.closes_at <= now:
            continue
        after = _shifted(window.closes_at, days, zone)
        if after <= now:
            raise DatesRefused(IN_THE_PAST)
        if window.opens_at is not None and after <= window.opens_at:
            raise DatesRefused(BEFORE_OPENING)
        moved.append((window, after))
    return sorted(moved, key=lambda pair: pair[0].quiz)


def move_due_dates(cohort: Cohort, shifts: list[Shift]) -> int:
    """Move what was planned, tell the learners by a job, and return how many attempts have more time now.

    Nobody who is at a quiz gets less time than was told.
    """
    before = {shift.link.course.slug: shift.before.isoformat() for shift in shifts}
    after = {shift.link.course.slug: shift.after.isoformat() for shift in shifts}
    quizzes = {one.quiz: at.isoformat() for shift in shifts for one, at in shift.windows}
    ends_before = cohort.ends_on.isoformat()
    for shift in shifts:
        shift.link.closes_at = shift.after
        for window, closes_at in shift.windows:
            window.closes_at = closes_at
    zone = ZoneInfo(cohort.time_zone)
    last = max(shift.after.astimezone(zone).date() for shift in shifts)
    if last > cohort.ends_on:
        cohort.ends_on, cohort.row_version = last, cohort.row_version + 1
    db.session.flush()
    audit.record(
        "move_due_dates", "cohort", cohort.slug, country_code=cohort.country_code,
        before={**before, "ends_on": ends_before},
        after={**after, "ends_on": cohort.ends_on.isoformat()}, quizzes=quizzes,
    )  # fmt: skip
    courses = [shift.link.course_id for shift in shifts]
    enqueue("tell_due_dates", cohort_id=cohort.id, course_ids=courses)
    return _lengthen(cohort)


def set_due_date(link: CohortCourse, closes_at: datetime | None) -> int:
    """Set when one course of a cohort closes; return how many attempts have more time now."""
    before = link.closes_at
    if before == closes_at:
        return 0
    link.closes_at = closes_at
    db.session.flush()
    audit.record(
        "set_due_date", "cohort", link.cohort.slug, country_code=link.cohort.country_code,
        course=link.course.slug, before=before.isoformat() if before else "",
        after=closes_at.isoformat() if closes_at else "",
    )  # fmt: skip
    if closes_at is not None:
        enqueue("tell_due_dates", cohort_id=link.cohort_id, course_ids=[link.course_id])
    return _lengthen(link.cohort)


def _lengthen(cohort: Cohort) -> int:
    """Let attempts under way go on to the later closing."""
    closing = {link.course_id: link.closes_at for link in courses_of(cohort)}
    windows = queries.windows_of_cohort(cohort.id)
    lengthened = 0
    for attempt in queries.running_attempts(cohort):
        course_id = attempt.enrolment.course_id
        window = windows.get((course_id, attempt.quiz))
        own = window.closes_at if window is not None else None
        deadline = attempt.deadline_at
        attempt.closes_at = rules.later(attempt.closes_at, own or closing.get(course_id))
        count_again(attempt)
        lengthened += attempt.deadline_at != deadline
    return lengthened


def tell_due_dates(cohort_id: int, course_ids: list[int]) -> None:
    """Write to everybody in a cohort when the courses they are in close now, each in the own language."""
    cohort = db.session.get_one(Cohort, cohort_id)
    links = [link for link in courses_of(cohort) if link.course_id in course_ids and link.closes_at]
    by_person: dict[int, list[int]] = {}
    people = {}
    for enrolment in enrolments_of(cohort):
        people[enrolment.person_id] = enrolment.person
        by_person.setdefault(enrolment.person_id, []).append(enrolment.course_id)
    for person_id, person in people.items():
        language = interface_language(person.language)
        dates = [
            (outline_of(newest_version_id(link.course_id)).title(language), link.closes_at)
            for link in links
            if link.course_id in by_person[person_id] and link.closes_at is not None
        ]
        if dates and person.active:
            notices.send_due_dates_moved(
                person, cohort_title=cohort.title, dates=dates, time_zone=cohort.time_zone
            )
