from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lms.extensions import db
from lms.progress.models import DoneStep, Standing
from tests.factories import make_cohort, make_staff


@pytest.fixture
def cohort(app):
    return make_cohort("KZ")


@pytest.fixture
def coordinator(app):
    return make_staff("coordinator", "country", "KZ")


@pytest.fixture
def dashboard(cohort):
    """The address of the cohort's dashboard."""
    return f"/delegations/kz/{cohort.slug}"


@pytest.fixture
def have_been_away():
    """Return a function that puts all that somebody did some days back."""

    def move(seat, person, days: int) -> None:
        moment = datetime.now(UTC) - timedelta(days=days)
        person.signed_in_at = moment
        for done in db.session.query(DoneStep).filter_by(enrolment_id=seat.enrolment_id):
            done.done_at = moment
        for standing in db.session.query(Standing).filter_by(enrolment_id=seat.enrolment_id):
            standing.last_done_at = moment
        db.session.commit()

    return move
