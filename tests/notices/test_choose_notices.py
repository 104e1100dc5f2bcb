from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.extensions import db
from lms.notices import services
from lms.notices.models import NoticeChoice
from lms.notices.queries import choices_of
from lms.notices.rules import Frequency, choices_for, frequency
from tests.factories import make_person
from tests.notices.conftest import newest
from tests.pages import text_of

ALL = {"reminders": "y", "results": "y", "questions": "y", "digest_frequency": "weekly"}
ADDRESS = "/account/notifications"


def without(*names: str, **others: str) -> dict[str, str]:
    return {name: value for name, value in {**ALL, **others}.items() if name not in names}


def ticked(page: str) -> set[str]:
    """Return the ids of what is chosen in a page."""
    inputs = re.findall(r"<input[^>]*>", page)
    return {
        re.search(r'id="([^"]+)"', one)[1] for one in inputs if "checked" in one and "id=" in one
    }


class TestChoose:
    def test_holds_for_the_next_message(self, client_of, remind, outbox):
        person = make_person()

        response = client_of(person).post(ADDRESS, data=without("reminders"))
        message = remind(person)

        assert response.status_code == 303
        assert outbox() == []
        assert (message.not_sent, message.sent_at) == ("unwanted", None)

    def test_lets_every_other_kind_come(self, client_of, outbox):
        person = make_person()
        client_of(person).post(ADDRESS, data=without("reminders", "results", "questions"))

        services.send_certificate_issued(person, number="KZ", course_title="X", page_path="/learn")
        services.send_sign_in_link(person, token="t", minutes=30)
        db.session.commit()

        assert len(outbox()) == 2

    def test_is_shown_and_kept(self, client_of):
        person = make_person()
        client = client_of(person)

        client.post(ADDRESS, data=without("results", digest_frequency="daily"))

        page = client.get(ADDRESS).text
        assert choices_of(person)["results"] is False
        assert frequency(choices_of(person)) is Frequency.DAILY
        assert ticked(page) >= {"digest_frequency-1", "reminders", "questions"}
        assert "results" not in ticked(page)

    def test_is_logged_once(self, client_of):
        person = make_person()
        client = client_of(person)

        for _time in range(2):
            client.post(ADDRESS, data=without("results"))

        query = select(AuditEvent).where(AuditEvent.action == "choose_notices")
        (event,) = db.session.scalars(query)
        assert event.actor_id == person.id
        assert event.details["after"]["results"] is False

    def test_refuses_what_is_not_offered(self, client_of):
        person = make_person()

        response = client_of(person).post(ADDRESS, data=without(digest_frequency="hourly"))

        assert response.status_code == 422
        assert db.session.scalars(select(NoticeChoice)).all() == []

    def test_says_what_always_comes(self, client_of):
        assert "Some e-mails always come" in text_of(client_of(make_person()).get(ADDRESS))


@pytest.mark.parametrize("wanted", Frequency)
def test_frequency_is_read_back_as_it_was_chosen(wanted):
    assert frequency(choices_for(wanted)) is wanted


def test_digest_comes_weekly_until_something_else_was_said():
    assert frequency({}) is Frequency.WEEKLY


class TestSuspended:
    def test_get_nothing_that_they_can_do_without(self, remind, outbox):
        person = make_person()
        person.active = False

        assert remind(person).not_sent == "suspended"
        assert outbox() == []

    def test_get_what_they_must_know(self, app, outbox):
        person = make_person()
        person.active = False

        services.send_certificate_revoked(person, number="KZ", course_title="X")
        db.session.commit()

        assert newest().not_sent == ""
        assert len(outbox()) == 1
