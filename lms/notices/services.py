"""One function per message.

Each writes the words now, in the reader's language, and leaves the sending to a job.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from lms.accounts.models import Person
from lms.extensions import db
from lms.jobs.services import enqueue
from lms.notices.models import Message
from lms.web.languages import interface_language


def send_sign_in_link(person: Person, token: str, minutes: int) -> None:
    _send(person, "sign_in_link", url=_url(f"/sign-in/link/{token}", person), minutes=minutes)


def send_certificate_issued(
    person: Person, *, number: str, course_title: str, page_path: str
) -> None:
    _send(
        person,
        "certificate_issued",
        course_title=course_title,
        number=number,
        url=_url(page_path),
        check_url=_url(f"/v/{number}"),
    )


def send_certificate_revoked(person: Person, *, number: str, course_title: str) -> None:
    url = _url(f"/v/{number}")
    _send(person, "certificate_revoked", course_title=course_title, number=number, url=url)


def send_answers_marked(
    person: Person, *, quiz_title: str, course_title: str, page_path: str, is_change: bool
) -> None:
    _send(
        person,
        "answers_marked",
        quiz_title=quiz_title,
        course_title=course_title,
        url=_url(page_path),
        is_change=is_change,
    )


def send_reminder(person: Person, *, course_title: str, cohort_title: str, page_path: str) -> None:
    url = _url(page_path)
    _send(person, "reminder", course_title=course_title, cohort_title=cohort_title, url=url)


def send_attempt_reopened(
    person: Person,
    *,
    course_title: str,
    quiz_title: str,
    until: datetime,
    reason: str,
    page_path: str,
) -> None:
    _send(
        person,
        "attempt_reopened",
        course_title=course_title,
        quiz_title=quiz_title,
        until=until,
        time_zone=person.time_zone,
        reason=reason,
        url=_url(page_path),
    )


def send_score_corrected(
    person: Person, *, course_title: str, quiz_title: str, page_path: str, **facts: Any
) -> None:
    """Tell of another score: ``before_percent``, ``after_percent``, ``is_pass_kept``, ``reason``."""
    titles = {"course_title": course_title, "quiz_title": quiz_title}
    _send(person, "score_corrected", **titles, **facts, url=_url(page_path))


def send_pass_decided(
    person: Person,
    *,
    course_title: str,
    quiz_title: str,
    page_path: str,
    is_withdrawn: bool,
    reason: str,
) -> None:
    _send(
        person,
        "pass_decided",
        course_title=course_title,
        quiz_title=quiz_title,
        is_withdrawn=is_withdrawn,
        reason=reason,
        url=_url(page_path),
    )


def send_invitation(
    address: str,
    *,
    language: str,
    token: str,
    cohort_title: str,
    inviter: str,
    inviter_email: str,
    until: datetime,
    time_zone: str,
) -> None:
    _write(
        address,
        language,
        "invitation",
        url=_url(f"/invite/{token}?lang={language}"),
        cohort_title=cohort_title,
        inviter=inviter,
        inviter_email=inviter_email,
        until=until,
        time_zone=time_zone,
    )


def _subject(kind: str, values: dict[str, Any]) -> str:
    titles = {"course_title": "", "cohort_title": "", **values}
    subjects = {
        "sign_in_link": _("Your link to sign in to Serai"),
        "certificate_issued": _("Your certificate: %(course_title)s", **titles),
        "certificate_revoked": _("Your certificate was revoked: %(course_title)s", **titles),
        "answers_marked": _("Your result: %(course_title)s", **titles),
        "attempt_reopened": _("Your attempt was opened again: %(course_title)s", **titles),
        "score_corrected": _("Your result was corrected: %(course_title)s", **titles),
        "pass_decided": _("About your pass: %(course_title)s", **titles),
        "reminder": _("Your course goes on: %(course_title)s", **titles),
        "invitation": _("Invitation to %(cohort_title)s", **titles),
    }
    return " ".join(subjects[kind].split())[:300]  # a line break would be a header of its own


def _send(person: Person, kind: str, **values: Any) -> None:
    _write(person.email, person.language, kind, person=person, name=person.name, **values)


def _write(
    address: str, language: str, kind: str, *, person: Person | None = None, **values: Any
) -> None:
    """Write a message in the language that its reader knows best, and note that it is to be sent.

    The template is rendered without what pages get from a request: mostly a job writes.
    """
    with force_locale(interface_language(language)):
        template = current_app.jinja_env.get_template(f"notices/{kind}.txt")
        message = Message(
            person_id=person.id if person else None,
            address=address,
            kind=kind,
            language=language,
            subject=_subject(kind, values),
            body=template.render(**values),
            created_at=datetime.now(UTC),
        )
    db.session.add(message)
    db.session.flush()
    enqueue("send_message", message_id=message.id)


def _url(path: str, reader: Person | None = None) -> str:
    """Return the whole address of a page, in the language of a reader who is not signed in yet."""
    base = str(current_app.config["PUBLIC_URL"]).rstrip("/")
    return base + path + (f"?lang={reader.language}" if reader else "")
