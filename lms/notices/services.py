"""One function per message. Each writes the words now, in the reader's language, and leaves the sending to a job."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from lms.accounts.models import Person
from lms.extensions import db
from lms.jobs.services import enqueue
from lms.notices.models import Message
from lms.web.languages import interface_language


def send_sign_in_link(person: Person, token: str) -> None:
    _send(person, "sign_in_link", url=_url(f"/sign-in/link/{token}"))


def send_certificate_issued(person: Person, *, number: str, course_title: str, page_path: str) -> None:
    _send(
        person, "certificate_issued", course_title=course_title, number=number, url=_url(page_path),
        check_url=_url(f"/v/{number}"),
    )  # fmt: skip


def send_certificate_revoked(person: Person, *, number: str, course_title: str) -> None:
    _send(person, "certificate_revoked", course_title=course_title, number=number, url=_url(f"/v/{number}"))


def send_reminder(person: Person, *, course_title: str, cohort_title: str, page_path: str) -> None:
    _send(person, "reminder", course_title=course_title, cohort_title=cohort_title, url=_url(page_path))


def send_invitation(address: str, language: str, **values: Any) -> None:
    token = values.pop("token")
    _send_to(address, language, "invitation", None, url=_url(f"/invite/{token}"), **values)


def _subject(kind: str, values: dict[str, Any]) -> str:
    subjects = {
        "sign_in_link": _("Your link to sign in to Serai"),
        "certificate_issued": _("Your certificate: %(course_title)s", **values),
        "certificate_revoked": _("Your certificate was revoked: %(course_title)s", **values),
        "reminder": _("Your course goes on: %(course_title)s", **values),
        "invitation": _("Invitation to %(cohort_title)s", **values),
    }
    return subjects[kind]


def _send(person: Person, kind: str, **values: Any) -> None:
    _send_to(person.email, person.language, kind, person, name=person.name, **values)


def _send_to(address: str, language: str, kind: str, person: Person | None, **values: Any) -> None:
    with force_locale(interface_language(language)):
        filled = {"course_title": "", "cohort_title": "", **values}
        message = Message(
            person_id=person.id if person else None,
            address=address,
            kind=kind,
            language=language,
            subject=_subject(kind, filled),
            body=render_template(f"notices/{kind}.txt", **values),
            created_at=datetime.now(UTC),
        )
    db.session.add(message)
    db.session.flush()
    enqueue("send_message", message_id=message.id)


def _url(path: str) -> str:
    return current_app.config["PUBLIC_URL"].rstrip("/") + path
