"""Messages about certificates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from lms.accounts.models import Person
from lms.notices.services.writing import page_url, send, write


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


def send_certificate_suspended(person: Person, *, number: str, course_title: str) -> None:
    url = page_url(f"/v/{number}")
    send(person, "certificate_suspended", course_title=course_title, number=number, url=url)


def send_certificate_lifted(person: Person, *, number: str, course_title: str) -> None:
    url = page_url(f"/v/{number}")
    send(person, "certificate_lifted", course_title=course_title, number=number, url=url)


def send_certificate_replaced(
    person: Person, *, number: str, course_title: str, new_number: str
) -> None:
    send(
        person,
        "certificate_replaced",
        course_title=course_title,
        number=number,
        new_number=new_number,
        url=page_url(f"/v/{new_number}"),
    )


def send_certificate_expiring(
    person: Person, *, number: str, course_title: str, expires_on: date, page_path: str
) -> None:
    send(
        person,
        "certificate_expiring",
        course_title=course_title,
        number=number,
        expires_on=expires_on,
        url=page_url(page_path),
    )


def send_batch_done(
    officer: Person, *, issued: int, had_one: int, failed: int, page_path: str
) -> None:
    send(
        officer,
        "batch_done",
        issued=issued,
        had_one=had_one,
        failed=failed,
        url=page_url(page_path),
    )


def send_name_change_asked(officers: Iterable[Person], *, asker: Person, page_path: str) -> None:
    """Tell the officers who may decide; the name itself stands on the page alone."""
    for officer in officers:
        send(
            officer,
            "name_change_asked",
            asker=asker.name_latin or asker.name,
            url=page_url(page_path),
        )


def send_name_change_decided(
    person: Person, *, is_approved: bool, reason: str, numbers: list[str], page_path: str
) -> None:
    send(
        person,
        "name_change_decided",
        is_approved=is_approved,
        reason=reason,
        numbers=numbers,
        url=page_url(page_path),
    )


def send_register_head(address: str, *, language: str, size: int, checkpoint: str) -> None:
    """Give a witness the newest head of the register to keep; witnesses need no account."""
    url = page_url("/register")
    write(address, language, "register_head", size=size, checkpoint=checkpoint, url=url)
