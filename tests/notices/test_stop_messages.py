from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from lms.extensions import db
from lms.notices.models import Message
from lms.notices.queries import is_wanted
from lms.notices.rules import Topic
from lms.notices.tokens import stop_token
from tests.factories import make_person
from tests.pages import text_of


@pytest.fixture
def link(remind, outbox):
    """The path that a reminder names, for whoever gets it."""

    def of(person) -> str:
        remind(person)
        mail = outbox()[-1]
        (header,) = re.findall(r"<http://localhost(.+)>", mail.extra_headers["List-Unsubscribe"])
        assert f"http://localhost{header}" in mail.body
        return header

    return of


def wants(person) -> bool:
    db.session.rollback()
    return is_wanted(person, Topic.REMINDERS)


class TestAskToStop:
    def test_shows_a_button_and_changes_nothing(self, client, link):
        person = make_person()

        page = text_of(client.get(link(person)))

        assert "Stop these e-mails?" in page
        assert "“Reminders”" in page
        assert wants(person)

    @pytest.mark.parametrize(
        "token", ["", "x", "WzEsInJlbWluZGVycyJd.AAAA", "WzEsInJlbWluZGVycyJd"]
    )
    def test_is_not_there_for_a_token_that_we_did_not_make(self, client, token):
        assert client.get(f"/notices/off/{token}").status_code == 404

    def test_is_not_there_for_people_who_are_gone(self, client, app):
        person = make_person()
        address = f"/notices/off/{stop_token(person.id, Topic.REMINDERS)}"
        person.erased_at = datetime.now(UTC)
        db.session.commit()

        assert client.get(address).status_code == client.post(address).status_code == 404


class TestStop:
    def test_needs_no_sign_in(self, client, link):
        person = make_person()

        response = client.post(link(person))

        assert "You get no e-mails of the kind “Reminders”" in text_of(response)
        assert not wants(person)

    def test_can_be_asked_by_the_mail_program(self, app, client, link, monkeypatch):
        person = make_person()
        address = link(person)
        monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)

        response = client.post(address, data={"List-Unsubscribe": "One-Click"})

        assert response.status_code == 200
        assert not wants(person)

    def test_stops_one_kind_of_one_person(self, client, link):
        person, other = make_person(), make_person()

        client.post(link(person))

        assert wants(other)
        assert is_wanted(person, Topic.RESULTS)

    def test_can_be_taken_back(self, client, link):
        person = make_person()
        address = link(person)
        client.post(address)

        client.post(address, data={"again": "1"})

        assert wants(person)

    def test_works_in_the_language_of_the_message(self, client, link):
        assert link(make_person(language="ru")).endswith("?lang=ru")


class TestHeaders:
    def test_let_a_mail_program_stop_what_can_be_stopped(self, remind, outbox):
        remind(make_person())

        headers = outbox()[0].extra_headers

        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert headers["List-Id"] == "Serai reminders <reminders.localhost>"
        assert headers["Precedence"] == "bulk"

    def test_say_nothing_of_a_list_where_nothing_can_be_stopped(self, app, outbox):
        from lms.notices import services

        services.send_sign_in_link(make_person(), token="t", minutes=30)
        db.session.commit()

        (mail,) = outbox()
        assert not any(name.startswith(("List", "Precedence")) for name in mail.extra_headers)
        assert "/notices/off/" not in mail.body

    def test_are_forgotten_with_the_secret_that_they_hold(self, remind, outbox):
        remind(make_person())
        outbox()

        body = db.session.scalars(db.select(Message.body)).one()

        assert "/notices/off/…" in body
