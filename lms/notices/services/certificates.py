"""Messages about certificates."""

from __future__ import annotations

from lms.accounts.models import Person
from lms.notices.services.writing import page_url, send


def send_certificate_issued(
    person: Person, *, number: str, course_title: str, page_path: str, kind: str = "completion"
) -> None:
    send(
        person,
        "certificate_issued",
        course_title=course_title,
        certificate_kind=kind,
        number=number,
        url=page_url(page_path),
        check_url=page_url(f"/v/{number}"),
    )


def send_certificate_revoked(person: Person, *, number: str, course_title: str) -> None:
    url = page_url(f"/v/{number}")
    send(person, "certificate_revoked", course_title=course_title, number=number, url=url)
