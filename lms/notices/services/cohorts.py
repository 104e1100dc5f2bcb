"""Messages about places in cohorts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lms.accounts.models import Person
from lms.notices.services.writing import page_url, render, send, write


def send_reminder(
    person: Person, *, course_title: str, page_path: str, reply_to: str = "", **facts: Any
) -> None:
    """Remind somebody of a course: ``cohort_title``, and what else ``_reminder`` knows."""
    send(
        person,
        "reminder",
        reply_to=reply_to,
        course_title=course_title,
        url=page_url(page_path),
        **_reminder(**facts),
    )


def _reminder(
    *,
    cohort_title: str,
    rule: str = "away",
    closes_at: datetime | None = None,
    time_zone: str = "UTC",
    note: str = "",
) -> dict[str, Any]:
    """Return what a reminder says: why it comes, until when there is time, and words of the coordinator's own."""
    return {
        "cohort_title": cohort_title,
        "rule": rule,
        "closes_at": closes_at,
        "time_zone": time_zone,
        "note": note,
    }


def preview_reminder(
    language: str, *, name: str, course_title: str, page_path: str, **facts: Any
) -> tuple[str, str]:
    """Return subject and body of a reminder as its reader would get it; nothing is written."""
    return render(
        "reminder",
        language,
        stop_url=page_url("/notices/off/…"),
        name=name,
        course_title=course_title,
        url=page_url(page_path),
        **_reminder(**facts),
    )


def send_coordinator_message(
    person: Person,
    *,
    subject: str,
    text: str,
    sender: str,
    sender_email: str,
    cohort_title: str,
    page_path: str,
) -> None:
    """Send what a coordinator wrote to one person; whoever answers it writes to the coordinator."""
    lines = [line.strip() for line in text.strip().splitlines()]
    send(
        person,
        "coordinator_message",
        subject=subject,
        text="\n".join(
            line for line, before in zip(lines, ["", *lines], strict=False) if line or before
        ),
        sender=sender,
        cohort_title=cohort_title,
        url=page_url(page_path),
        reply_to=sender_email,
    )


def send_invitation(
    address: str, *, language: str, token: str, inviter_email: str, **said: Any
) -> None:
    """Send a place by e-mail; the others of ``said`` are what ``invitation_preview`` takes."""
    write(
        address,
        language,
        "invitation",
        reply_to=inviter_email,
        url=_invitation_url(token, language),
        inviter_email=inviter_email,
        **said,
    )


def invitation_preview(*, language: str, token: str, **said: Any) -> tuple[str, str]:
    """Return subject and text of an invitation as it would be sent.

    Takes ``cohort_title``, ``inviter``, ``inviter_email``, ``until`` and ``time_zone``.
    """
    return render("invitation", language, url=_invitation_url(token, language), **said)


def _invitation_url(token: str, language: str) -> str:
    return page_url(f"/invite/{token}?lang={language}")


def send_invitation_proof(
    address: str,
    *,
    language: str,
    token: str,
    cohort_title: str,
    inviter: str,
    until: datetime,
    time_zone: str,
) -> None:
    """Ask whoever opened a link that was handed over to show that the mailbox is theirs."""
    write(
        address,
        language,
        "invitation_proof",
        url=_invitation_url(token, language),
        cohort_title=cohort_title,
        inviter=inviter,
        until=until,
        time_zone=time_zone,
    )
