from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from lms.extensions import db
from lms.jobs.services import run_due
from lms.notices import services
from lms.notices.models import Message


@pytest.fixture
def remind(app):
    """Return a function that writes a reminder, and gives the message."""

    def write(person) -> Message:
        services.send_reminder(
            person, course_title="Digital identity", cohort_title="KZ", page_path="/learn"
        )
        db.session.commit()
        return newest()

    return write


def newest() -> Message:
    return db.session.scalars(db.select(Message).order_by(Message.id.desc()).limit(1)).one()


@pytest.fixture
def run_later(app):
    """Return a function that runs what is due in some hours."""

    def run(hours: int) -> None:
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours), tick=True):
            run_due()

    return run
