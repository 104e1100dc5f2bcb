from __future__ import annotations

import pytest

from lms.audit.models import AuditEvent
from lms.courses.queries import items_of
from lms.extensions import db
from tests.factories import make_cohort, make_learner, make_staff, start, take_quiz

REASON = "The power was off in the whole district."


@pytest.fixture
def cohort(app):
    return make_cohort("KZ")


@pytest.fixture
def coordinator(client_of):
    return client_of(make_staff("coordinator", "country", "KZ"))


def person_page(cohort, person):
    return f"/delegations/{cohort.country_code.lower()}/{cohort.slug}/people/{person.id}"


class TestShowAttempts:
    def test_shows_state_and_score_and_never_answers(self, coordinator, cohort):
        person, seat = make_learner(cohort)
        attempt = take_quiz(seat, right=2)
        item = items_of(seat.version_id)[attempt.item_keys[0]]

        pages = [
            coordinator.get(person_page(cohort, person)).text,
            coordinator.get(f"{person_page(cohort, person)}/attempts/{attempt.id}").text,
        ]

        for page in pages:
            assert "Handed in and marked" in page
            assert "not passed" in page
            assert item.texts["en"]["prompt"] not in page


class TestEndAttempt:
    def test_hands_in_what_was_saved_with_a_reason(self, coordinator, cohort):
        person, seat = make_learner(cohort)
        attempt = start(seat)

        url = f"{person_page(cohort, person)}/attempts/{attempt.id}/end"
        response = coordinator.post(url, data={"reason": REASON})

        assert response.status_code == 303
        db.session.refresh(attempt)
        assert attempt.marked_at is not None
        assert db.session.query(AuditEvent).filter_by(action="end_attempt").one().reason == REASON

    def test_asks_for_a_reason(self, coordinator, cohort):
        person, seat = make_learner(cohort)
        attempt = start(seat)

        url = f"{person_page(cohort, person)}/attempts/{attempt.id}/end"
        response = coordinator.post(url, data={"reason": "short"})

        assert response.status_code == 422
        db.session.refresh(attempt)
        assert attempt.submitted_at is None


class TestReopenAttempt:
    def test_gives_it_back_with_a_reason(self, coordinator, cohort):
        person, seat = make_learner(cohort)
        attempt = take_quiz(seat, right=1)

        url = f"{person_page(cohort, person)}/attempts/{attempt.id}/reopen"
        response = coordinator.post(url, data={"hours": "48", "reason": REASON})

        assert response.status_code == 303
        db.session.refresh(attempt)
        assert attempt.submitted_at is None


class TestForeignAttempts:
    def test_are_not_there(self, coordinator, cohort):
        person, _seat = make_learner(cohort)
        there = make_cohort("GE")
        stranger, other_seat = make_learner(there)
        attempt = start(other_seat)
        inside = f"{person_page(cohort, person)}/attempts/{attempt.id}"
        outside = f"{person_page(there, stranger)}/attempts/{attempt.id}"

        for page in (inside, outside):
            assert coordinator.get(page).status_code == 404
            assert coordinator.post(f"{page}/end", data={"reason": REASON}).status_code == 404

        db.session.refresh(attempt)
        assert attempt.submitted_at is None
