"""Messages about changes in mid-course."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lms.accounts.models import Person
from lms.notices.services.writing import page_url, send


def send_left_cohort(
    person: Person, *, cohort_title: str, reason: str, by: str, by_email: str
) -> None:
    facts = {"cohort_title": cohort_title, "reason": reason, "by": by, "by_email": by_email}
    send(person, "left_cohort", reply_to=by_email, **facts)


def send_came_back(person: Person, *, cohort_title: str) -> None:
    send(person, "came_back", cohort_title=cohort_title, url=page_url("/learn"))


def send_moved_cohort(person: Person, *, before: str, after: str, reason: str) -> None:
    send(person, "moved_cohort", before=before, after=after, reason=reason, url=page_url("/learn"))


def send_moved_version(person: Person, *, course_title: str, page_path: str) -> None:
    send(person, "moved_version", course_title=course_title, url=page_url(page_path))


def send_due_dates_moved(
    person: Person, *, cohort_title: str, dates: Sequence[tuple[str, datetime]], time_zone: str
) -> None:
    """Tell when each course is due now: ``dates`` are titles and moments."""
    facts = {"cohort_title": cohort_title, "dates": dates, "time_zone": time_zone}
    send(person, "due_dates_moved", url=page_url("/learn"), **facts)


def send_delegation_taken_over(
    person: Person, *, giver: str, giver_email: str, what: Sequence[str]
) -> None:
    facts = {"giver": giver, "giver_email": giver_email, "what": ", ".join(what)}
    send(person, "delegation_taken_over", url=page_url("/delegations"), **facts)


def send_delegation_handed_over(
    person: Person, *, successor: str, what: Sequence[str], is_own: bool
) -> None:
    """Tell who coordinates now. Not ``is_own``: administrators did it for somebody who had left."""
    facts = {"successor": successor, "what": ", ".join(what), "is_own": is_own}
    send(person, "delegation_handed_over", **facts)
