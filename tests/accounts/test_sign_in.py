from __future__ import annotations

import re
import time
import unicodedata

import pytest

from lms.accounts import services
from lms.accounts.views.limits import account_and_place
from lms.audit.models import AuditEvent
from lms.extensions import db
from tests.factories import PASSWORD, make_person


def sign_in(client, email, password=PASSWORD, **values):
    form = {"email": email, "password": password, **values}
    return client.post("/sign-in", data=form, environ_base={"REMOTE_ADDR": "192.0.2.1"})


def is_signed_in(client) -> bool:
    return client.get("/account").status_code == 200


class TestSignInPage:
    def test_asks_for_what_a_password_manager_fills(self, client):
        page = client.get("/sign-in?next=/learn/kz-2026/digital-id").text

        assert 'autocomplete="username"' in page
        assert 'autocomplete="current-password"' in page
        assert page.count('value="/learn/kz-2026/digital-id"') == 2

    def test_leads_on_whoever_is_signed_in(self, client_of):
        response = client_of(make_person()).get("/sign-in?next=/account")

        assert (response.status_code, response.location) == (303, "/account")


class TestSignIn:
    def test_opens_my_learning(self, client):
        person = make_person(password=PASSWORD)

        response = sign_in(client, person.email)

        assert (response.status_code, response.location) == (303, "/learn")
        assert is_signed_in(client)
        db.session.refresh(person)
        assert person.signed_in_at is not None
        event = db.session.scalars(db.select(AuditEvent).filter_by(action="sign_in")).one()
        assert (event.actor_id, event.details) == (person.id, {"way": "password"})

    def test_takes_the_address_as_it_is_typed(self, client):
        make_person(email="aigul@example.org", password=PASSWORD)

        assert sign_in(client, " Aigul@Example.ORG ").status_code == 303

    def test_takes_a_password_from_any_keyboard(self, client):
        typed = "한국어로 쓴 긴 비밀번호 문장"
        person = make_person(password=unicodedata.normalize("NFC", typed))

        response = sign_in(client, person.email, unicodedata.normalize("NFD", typed))

        assert response.status_code == 303

    def test_returns_to_the_page_that_asked(self, client):
        person = make_person(password=PASSWORD)

        response = sign_in(client, person.email, next="/account?lang=ru")

        assert response.location == "/account?lang=ru"

    @pytest.mark.parametrize(
        "target", ["https://evil.example/", "//evil.example", "/\\evil.example"]
    )
    def test_never_leads_to_another_site(self, client, target):
        person = make_person(password=PASSWORD)

        assert sign_in(client, person.email, next=target).location == "/learn"

    def test_asks_newcomers_for_language_name_and_zone(self, client):
        person = make_person(password=PASSWORD, is_confirmed=False)

        assert sign_in(client, person.email).location == "/welcome/language"

    def test_begins_a_session_of_its_own(self, client):
        person, before = make_person(password=PASSWORD), make_person()
        with client.session_transaction() as session:
            session["_user_id"] = before.fs_uniquifier
            session["id"] = session["planted"] = "known to an attacker"

        sign_in(client, person.email)

        with client.session_transaction() as session:
            assert session["_user_id"] == person.fs_uniquifier
            assert "planted" not in session
            assert session["id"] != "known to an attacker"


def same_words(page: str) -> str:
    """Take out what differs from request to request."""
    return re.sub(r'value="[^"]*"', "", page)


class TestRefusedSignIn:
    def test_keeps_the_address_and_opens_nothing(self, client):
        person = make_person(password=PASSWORD)

        response = sign_in(client, person.email, "not this sentence at all")

        assert response.status_code == 422
        assert response.text.count(f'value="{person.email}"') == 2
        assert "not this sentence at all" not in response.text
        assert "do not belong together" in response.text
        assert "<title>Error: Sign in" in response.text
        assert not is_signed_in(client)

    def test_looks_the_same_for_everybody(self, client):
        known = make_person(password=PASSWORD)
        suspended = make_person(password=PASSWORD)
        services.set_active(suspended, is_active=False, reason="left")
        by_link = make_person()
        db.session.commit()

        wrong = sign_in(client, known.email, "not this sentence at all")
        others = [
            sign_in(client, "nobody@example.org"),
            sign_in(client, suspended.email),
            sign_in(client, by_link.email),
        ]

        for response in others:
            assert response.status_code == wrong.status_code == 422
            assert same_words(response.text) == same_words(wrong.text)

    def test_takes_as_long_for_everybody(self, client):
        """In seconds of the processor: nothing else that runs beside the test changes them."""
        known = make_person(password=PASSWORD)
        by_link = make_person()

        def seconds(email):
            took = []
            for _try in range(4):
                began = time.process_time()
                sign_in(client, email, "not this sentence at all")
                took.append(time.process_time() - began)
            return min(took)

        wrong = seconds(known.email)

        assert seconds("nobody@example.org") == pytest.approx(wrong, rel=0.5)
        assert seconds(by_link.email) == pytest.approx(wrong, rel=0.5)

    @pytest.mark.parametrize(
        ("email", "password", "sentence"),
        [
            ("", PASSWORD, "Write your e-mail address."),
            ("aigul", PASSWORD, "An e-mail address looks like name@ministry.example."),
            ("aigul@example.org", "", "Write your password, or have a link e-mailed to you."),
        ],
    )
    def test_says_what_is_missing(self, client, email, password, sentence):
        response = sign_in(client, email, password)

        assert response.status_code == 422
        assert sentence in response.text


class TestLockOut:
    @pytest.fixture
    def person(self, client):
        person = make_person(password=PASSWORD)
        for _try in range(10):
            assert sign_in(client, person.email, "not this sentence at all").status_code == 422
        return person

    def test_says_how_many_minutes_to_wait(self, client, person):
        response = sign_in(client, person.email)

        assert response.status_code == 429
        assert re.search(r"Wait [1-5] minutes?, then try again", response.text)
        assert (
            0 < int(response.headers["Retry-After"]) <= 301
        )  # a window of five minutes, and the second in which it began
        assert f'value="{person.email}"' in response.text
        assert not is_signed_in(client)

    def test_leaves_the_person_alone_elsewhere(self, client, person):
        response = client.post(
            "/sign-in",
            data={"email": person.email, "password": PASSWORD},
            environ_base={"REMOTE_ADDR": "192.0.2.2"},
        )

        assert response.status_code == 303

    def test_leaves_colleagues_at_the_same_place_alone(self, app, person):
        colleague = make_person(password=PASSWORD)

        assert sign_in(app.test_client(), colleague.email).status_code == 303

    def test_remembers_no_address_that_fills_the_memory(self, app):
        with app.test_request_context("/sign-in", method="POST", data={"email": "x" * 100_000}):
            assert len(account_and_place()) < 300

    def test_counts_only_failures(self, app):
        person = make_person(password=PASSWORD)

        statuses = {sign_in(app.test_client(), person.email).status_code for _try in range(12)}

        assert statuses == {303}
