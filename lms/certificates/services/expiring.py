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
    today = datetime.now(UTC).date()
    for certificate in queries.ending(today):
        expires_on = certificate.expires_on or today
        due = rules.reminder_due(expires_on, today)
        if due is None or not first_time(f"expiry of certificate {certificate.id}", f"{due} days"):
            continue
        notices.send_certificate_expiring(
            db.session.get_one(Person, certificate.person_id),
            number=certificate.number,
            course_title=certificate.facts["course_title"],
            expires_on=expires_on,
            page_path=f"/certificates/mine/{certificate.number}",
        )
