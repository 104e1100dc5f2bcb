"""The worker without what makes it safe to kill: it commits people before their rows, and letters one by one.

``script/faults import --broken`` runs this instead of ``wsgi``, to prove that the harness would see it.
"""

from __future__ import annotations

import time

from lms.cohorts.services import enrolment
from lms.cohorts.services.imports import adding
from lms.extensions import db
from lms.notices import services as notices
from wsgi import app

__all__ = ["app"]
BEHIND_SECONDS = 1  # long enough to be hit by a kill
BETWEEN_SECONDS = 0.01


def enrol_many(places) -> None:
    enrolment.enrol_many(places)
    db.session.commit()
    time.sleep(BEHIND_SECONDS)


class Notices:
    """Whatever the notices can do, but each letter to somebody who was added is kept at once."""

    def __getattr__(self, name: str):
        return getattr(notices, name)

    def send_added_to_cohort(self, *given, **facts) -> None:
        notices.send_added_to_cohort(*given, **facts)
        db.session.commit()
        time.sleep(BETWEEN_SECONDS)


adding.enrol_many = enrol_many
adding.notices = Notices()
