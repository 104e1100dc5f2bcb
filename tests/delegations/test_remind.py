from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.extensions import db
from lms.notices.models import Message
from tests.factories import complete, make_cohort, make_learner, make_staff
from tests.pages import bytes_of, text_of


def reminders() -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.kind == "reminder")))


@pytest.fixture
def address(dashboard):
    return lambda person: f"{dashboard}/people/{person.id}/remind"


class TestRemind:
    def test_writes_one_message_in_the_readers_language(
        self, client_of, coordinator, cohort, dashboard, address
    ):
        person, seat = make_learner(cohort, language="ru")
        client = client_of(coordinator)

        response = client.post(address(person))

        assert response.status_code == 303
        assert response.headers["Location"] == dashboard
        (message,) = reminders()
        assert (message.person_id, message.address) == (person.id, person.email)
        assert message.language == "ru"
        assert f"/learn/{cohort.slug}/{seat.course_slug}" in message.body
        assert f"on its way to {person.name_latin}" in text_of(client.get(dashboard))

    def test_is_sent_and_logged(self, client_of, coordinator, cohort, address, outbox):
        person, _seat = make_learner(cohort)

        client_of(coordinator).post(address(person))

        assert [mail.to for mail in outbox()] == [[person.email]]
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "remind")).one()
        assert (event.actor_id, event.object_id) == (coordinator.id, str(person.id))
        assert event.country_code == "KZ"

    def test_leaves_people_in_peace_for_three_days(self, client_of, coordinator, cohort, address):
        person, _seat = make_learner(cohort)
        client = client_of(coordinator)
        client.post(address(person))

        second = client.post(address(person))

        assert second.status_code == 409
        assert "reminded less than three days ago" in text_of(second)
        (message,) = reminders()

        message.created_at = datetime.now(UTC) - timedelta(days=3, minutes=1)
        db.session.commit()
        assert client.post(address(person)).status_code == 303
        assert len(reminders()) == 2

    def test_shows_when_in_place_of_the_button(
        self, client_of, coordinator, cohort, dashboard, address
    ):
        person, _seat = make_learner(cohort)
        client = client_of(coordinator)
        client.post(address(person))

        page = text_of(client.get(f"{dashboard}/people/{person.id}"))

        assert "Reminded on" in page
        assert "Send a reminder" not in page

    def test_never_reminds_the_finished(self, client_of, coordinator, cohort, address):
        person, seat = make_learner(cohort)
        complete(seat)

        response = client_of(coordinator).post(address(person))

        assert response.status_code == 409
        assert "nothing to remind of" in text_of(response)
        assert not reminders()

    def test_never_reminds_the_suspended(self, client_of, coordinator, cohort, address):
        person, _seat = make_learner(cohort)
        person.active = False
        db.session.commit()

        response = client_of(coordinator).post(address(person))

        assert response.status_code == 409
        assert not reminders()

    def test_hides_people_of_other_countries(self, client_of, coordinator, dashboard):
        other = make_cohort("GE")
        stranger, _seat = make_learner(other)
        client = client_of(coordinator)

        foreign = client.post(f"/delegations/ge/{other.slug}/people/{stranger.id}/remind")
        missing = client.post("/delegations/ge/ge-0000/people/4711/remind")

        assert foreign.status_code == missing.status_code == 404
        assert bytes_of(foreign) == bytes_of(missing)
        assert client.post(f"{dashboard}/people/{stranger.id}/remind").status_code == 404
        assert not reminders()

    @pytest.mark.parametrize("role", ["administrator", "auditor"])
    def test_is_for_coordinators_only(self, client_of, cohort, address, role):
        person, _seat = make_learner(cohort)

        assert client_of(make_staff(role)).post(address(person)).status_code == 403
        assert client_of(person).post(address(person)).status_code == 403
        assert not reminders()

    def test_changes_nothing_by_get(self, client_of, coordinator, cohort, address):
        person, _seat = make_learner(cohort)

        assert client_of(coordinator).get(address(person)).status_code == 405
        assert not reminders()
