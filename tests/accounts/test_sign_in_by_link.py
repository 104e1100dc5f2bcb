from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from lms.accounts import services
from lms.accounts.models import SignInLink
from lms.accounts.services.signing_in import MOST_OPEN_LINKS
from lms.extensions import db
from lms.notices.models import Message
from tests.factories import make_person


def ask(client, email, **values):
    return client.post("/sign-in/link", data={"email": email, **values})


@pytest.fixture
def link_to(client, outbox):
    """Return a function that asks for a link and reads its path in the e-mail."""

    def fetch(email, **values):
        ask(client, email, **values)
        return re.search(r"http://localhost(/sign-in/link/\S+)", outbox()[-1].body)[1]

    return fetch


class TestAskForLink:
    def test_sends_it_to_the_person(self, client, outbox):
        person = make_person(language="kk")

        response = ask(client, person.email)

        assert (response.status_code, response.location) == (303, "/sign-in/check-email")
        (mail,) = outbox()
        assert mail.to == [person.email]
        assert "/sign-in/link/" in mail.body
        assert "?lang=kk" in mail.body
        assert "30" in mail.body

    def test_says_the_same_when_nobody_has_the_address(self, client, outbox):
        known = ask(client, make_person().email)

        unknown = ask(client, "nobody@example.org")

        assert unknown.status_code == known.status_code
        assert unknown.location == known.location
        assert unknown.data == known.data
        assert len(outbox()) == 1

    def test_looks_for_the_person_only_afterwards(self, client, count_queries):
        known = make_person().email
        asked = {}
        for email in (known, "nobody@example.org"):
            with count_queries() as statements:
                ask(client, email)
            asked[email] = list(statements)

        assert asked[known] == asked["nobody@example.org"]

    def test_sends_nothing_to_suspended_people(self, client, outbox):
        person = make_person()
        services.set_active(person, is_active=False, reason="left")
        db.session.commit()

        ask(client, person.email)

        assert outbox() == []

    def test_does_not_fill_a_mailbox(self, app, client, outbox):
        person = make_person()
        for number in range(8):
            place = {"REMOTE_ADDR": f"192.0.2.{number}"}
            client.post("/sign-in/link", data={"email": person.email}, environ_base=place)

        assert len(outbox()) == MOST_OPEN_LINKS

    def test_refuses_what_is_no_address(self, client):
        response = ask(client, "aigul at ministry")

        assert response.status_code == 422
        assert 'value="aigul at ministry"' in response.text
        assert "<title>Error:" in response.text

    def test_tells_how_long_the_link_works(self, client):
        assert "for 30 minutes" in client.get("/sign-in/check-email").text

    def test_can_be_reloaded(self, client):
        assert client.get("/sign-in/link").location == "/sign-in"


class TestOpenLink:
    def test_asks_to_press_a_button_and_uses_nothing_up(self, client, link_to):
        person = make_person()
        path = link_to(person.email)

        pages = [client.head(path), client.get(path), client.get(path)]

        assert [page.status_code for page in pages] == [200, 200, 200]
        assert f"sign in as {person.email}" in pages[-1].text
        assert db.session.scalars(db.select(SignInLink)).one().used_at is None

    def test_warns_whoever_is_signed_in_as_somebody_else(self, client_of, link_to):
        path = link_to(make_person().email)

        page = client_of(make_person(given_name="Nare", family_name="")).get(path).text

        assert "This signs Nare out." in page

    def test_offers_a_new_one_when_it_does_not_work(self, client):
        response = client.get("/sign-in/link/not-a-token")

        assert response.status_code == 410
        assert "This link does not work any more" in response.text
        assert 'action="/sign-in/link"' in response.text


class TestSignInWithLink:
    def test_signs_in_once(self, app, client, link_to):
        person = make_person()
        path = link_to(person.email)

        first = client.post(path)
        second = app.test_client().post(path)

        assert (first.status_code, first.location) == (303, "/learn")
        assert person.email in client.get("/account").text
        assert second.status_code == 410
        assert "It was used before" in second.text

    def test_goes_back_to_the_page_that_asked(self, client, link_to):
        path = link_to(make_person().email, next="/account/time-zone")

        assert client.post(path).location == "/account/time-zone"

    def test_forgets_a_page_whose_address_is_endless(self, client, link_to):
        path = link_to(make_person().email, next="/help?q=" + "x" * 500)

        assert client.post(path).location == "/learn"

    def test_never_leads_to_another_site(self, client, link_to):
        path = link_to(make_person().email, next="//evil.example/")

        assert client.post(path).location == "/learn"

    def test_is_limited_wide_enough_for_a_ministry_behind_one_address(self, client, link_to):
        for _colleague in range(60):
            client.post("/sign-in/link/used-before")

        assert client.post(link_to(make_person().email)).status_code == 303

    def test_refuses_when_the_time_is_over(self, client, link_to):
        path = link_to(make_person().email)
        link = db.session.scalars(db.select(SignInLink)).one()
        link.expires_at = datetime.now(UTC) - timedelta(seconds=1)
        db.session.commit()

        assert client.post(path).status_code == 410
        assert client.get("/account").status_code == 303

    def test_refuses_people_suspended_meanwhile(self, client, link_to):
        person = make_person()
        path = link_to(person.email)
        services.set_active(person, is_active=False, reason="left")
        db.session.commit()

        assert client.post(path).status_code == 410

    def test_lets_one_of_two_at_once_in(self, app, link_to):
        path = link_to(make_person().email)

        def sign_in(_number):
            with app.app_context():
                return app.test_client().post(path).status_code

        with ThreadPoolExecutor(2) as pool:
            answers = pool.map(sign_in, range(2))

        assert sorted(answers) == [303, 410]

    def test_leaves_no_secret_in_the_database(self, client, link_to):
        token = link_to(make_person().email).split("/")[-1].partition("?")[0]

        message = db.session.scalars(db.select(Message)).one()
        link = db.session.scalars(db.select(SignInLink)).one()

        assert message.sent_at is not None
        assert "/sign-in/link/…" in message.body
        assert token not in message.body
        assert token != link.token_hash
