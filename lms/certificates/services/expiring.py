"""Telling holders that a certificate ends, and how to renew it. Nothing here commits."""

from __future__ import annotations

from datetime import UTC, datetime

from lms.accounts.models import Person
from lms.certificates import queries, rules
from lms.extensions import db
from lms.jobs.recurring import first_time
from lms.notices import services as notices


def remind_of_expiry() -> None:
    """Write 60, 30 and 7 days before the last day; each once, whatever happens to workers. Safe to run twice."""
    now = datetime.now(UTC)
    for certificate in queries.ending(now):
        assert certificate.expires_on is not None  # noqa: S101 - only such were asked for
        assert certificate.expires_at is not None  # noqa: S101 - the table has both or neither
        due = rules.reminder_due(certificate.expires_at, now)
        if due is None or not first_time(f"expiry of certificate {certificate.id}", f"{due} days"):
            continue
        notices.send_certificate_expiring(
            db.session.get_one(Person, certificate.person_id),
            number=certificate.number,
            course_title=certificate.facts["course_title"],
            expires_on=certificate.expires_on,
            page_path=f"/certificates/mine/{certificate.number}",
        )
