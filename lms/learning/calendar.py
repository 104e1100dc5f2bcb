"""What stands in a learner's calendar: when cohorts begin and end, what is due, when quizzes are open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from lms.accounts.models import Person
from lms.cohorts.queries import Seat, seats_of
from lms.courses.models import Course
from lms.courses.queries import contents_of
from lms.extensions import db
from lms.lib.calendar_feed import Entry, write
from lms.notices.services.writing import page_url
from lms.quizzes.models import QuizWindow
from lms.web.languages import interface_language, moment


def calendar_of(person: Person) -> bytes:
    """Return a person's calendar in the own language; courses that were left are not in it."""
    with force_locale(interface_language(person.language)):
        return write(_("Serai"), person.time_zone, _entries(person, seats_of(person)))


def _entries(person: Person, seats: list[Seat]) -> Iterator[Entry]:
    windows = _windows(seats)
    known: set[int] = set()
    for seat in seats:
        if seat.cohort_id not in known:
            known.add(seat.cohort_id)
            yield from _days(seat)
        if seat.closes_at is not None:
            yield _due(person, seat, seat.closes_at)
        for window in windows.get((seat.cohort_id, seat.course_slug), []):
            yield from _quiz(person, seat, window)


def _windows(seats: list[Seat]) -> dict[tuple[int, str], list[QuizWindow]]:
    rows = db.session.execute(
        select(QuizWindow, Course.slug)
        .join(Course, Course.id == QuizWindow.course_id)
        .where(QuizWindow.cohort_id.in_({seat.cohort_id for seat in seats}))
        .order_by(QuizWindow.quiz)
    )
    found: dict[tuple[int, str], list[QuizWindow]] = {}
    for window, slug in rows:
        found.setdefault((window.cohort_id, slug), []).append(window)
    return found


def _days(seat: Seat) -> Iterator[Entry]:
    for word, title, day in (
        ("starts", _("Begins: %(cohort)s", cohort=seat.cohort_title), seat.starts_on),
        ("ends", _("Last day: %(cohort)s", cohort=seat.cohort_title), seat.ends_on),
    ):
        yield Entry(
            uid=_uid(f"cohort-{seat.cohort_id}-{word}"), title=title, text=seat.cohort_title,
            url=page_url("/learn"), starts=day, ends=None, stamp=_stamp(seat),
        )  # fmt: skip


def _due(person: Person, seat: Seat, closes_at: datetime) -> Entry:
    title = contents_of(seat.version_id, interface_language(person.language)).title
    return Entry(
        uid=_uid(f"course-{seat.cohort_id}-{seat.course_slug}-closes"),
        title=_("Closes: %(course)s", course=title),
        text=_times(person, seat, None, closes_at),
        url=page_url(f"/learn/{seat.cohort_slug}/{seat.course_slug}"),
        starts=closes_at,
        ends=None,
        stamp=_stamp(seat),
    )


def _quiz(person: Person, seat: Seat, window: QuizWindow) -> Iterator[Entry]:
    contents = contents_of(seat.version_id, interface_language(person.language))
    if window.quiz not in contents.by_path:
        return  # a quiz of another version
    title = contents.by_path[window.quiz][1].title
    opens_at, closes_at = window.opens_at, window.closes_at or seat.closes_at
    starts = opens_at or closes_at
    if starts is None:
        return
    yield Entry(
        uid=_uid(f"quiz-{seat.cohort_id}-{window.course_id}-{window.quiz.replace('/', '.')}"),
        title=_("Quiz: %(quiz)s", quiz=title)
        if opens_at
        else _("Quiz closes: %(quiz)s", quiz=title),
        text="\n".join((contents.title, _times(person, seat, opens_at, closes_at))),
        url=page_url(f"/learn/{seat.cohort_slug}/{seat.course_slug}/{window.quiz}"),
        starts=starts,
        ends=closes_at if opens_at else None,
        stamp=_stamp(seat),
    )


def _times(
    person: Person, seat: Seat, opens_at: datetime | None, closes_at: datetime | None
) -> str:
    """Write the moments in the reader's zone and, where it is another, in the cohort's; each with its zone."""
    lines = []
    for zone in dict.fromkeys((person.time_zone, seat.time_zone)):
        if opens_at is not None:
            lines.append(_("Open from %(moment)s", moment=moment(opens_at, zone)))
        if closes_at is not None:
            lines.append(_("Open until %(moment)s", moment=moment(closes_at, zone)))
    return "\n".join(dict.fromkeys(lines))


def _stamp(seat: Seat) -> datetime:
    """Return a time that does not move: a calendar that has not changed is the same bytes, and is not sent again."""
    return datetime.combine(seat.starts_on, time(), UTC)


def _uid(name: str) -> str:
    return f"{name}@{urlsplit(current_app.config['PUBLIC_URL']).hostname}"
