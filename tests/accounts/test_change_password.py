from __future__ import annotations

import re
import time

import pytest

from lms.audit.models import AuditEvent
from lms.extensions import db
from tests.factories import PASSWORD, make_person

NEW = "seven stones lie under the bridge"


def signed_in(app, person):
    client = app.test_client()
    client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    return client


def change(client, password=NEW, current=PASSWORD):
    return client.post(
        "/account/password", data={"password": password, "current_password": current}
    )


def can_sign_in(app, person, password) -> bool:
    form = {"email": person.email, "password": password}
    return app.test_client().post("/sign-in", data=form).status_code == 303


class TestChangePassword:
    def test_sets_it_and_says_so(self, app):
        person = make_person(password=PASSWORD)
        client = signed_in(app, person)

        response = change(client)

        assert (response.status_code, response.location) == (303, "/account")
        assert "Your password is changed." in client.get("/account").text
        assert can_sign_in(app, person, NEW)
        assert not can_sign_in(app, person, PASSWORD)
        assert db.session.scalars(db.select(AuditEvent).filter_by(action="change_password")).one()

    def test_ends_all_other_sessions(self, app):
        person = make_person(password=PASSWORD)
        here, elsewhere = signed_in(app, person), signed_in(app, person)
        stolen = app.test_client()
        stolen.set_cookie("sid", here.get_cookie("sid").value)

        change(here)

        assert here.get("/account").status_code == 200
        assert elsewhere.get("/account").status_code == 303
        assert stolen.get("/account").status_code == 303

    def test_asks_for_the_current_one(self, app):
        person = make_person(password=PASSWORD)

        response = change(signed_in(app, person), current="not this sentence at all")

        assert response.status_code == 422
        assert "This is not your password." in response.text
        assert "<title>Error:" in response.text
        assert can_sign_in(app, person, PASSWORD)

    def test_cannot_be_used_to_guess(self, app):
        client = signed_in(app, make_person(password=PASSWORD))
        for _try in range(10):
            change(client, current="not this sentence at all")

        assert change(client).status_code == 429

    def test_trusts_the_mailbox_of_whoever_forgot_it(self, app, client, outbox):
        person = make_person(password=PASSWORD)
        client.post("/sign-in/link", data={"email": person.email})
        client.post(re.search(r"http://localhost(/\S+)", outbox()[-1].body)[1])
        assert "Current password" not in client.get("/account").text

        response = client.post("/account/password", data={"password": NEW})

        assert response.status_code == 303
        assert can_sign_in(app, person, NEW)

    def test_gives_a_first_one_to_whoever_has_none(self, app, client_of):
        person = make_person()

        response = client_of(person).post("/account/password", data={"password": NEW})

        assert response.status_code == 303
        assert can_sign_in(app, person, NEW)

    def test_is_given_to_no_session_that_lies_open(self, app, client, client_of, outbox):
        by_link, never_had_one = make_person(password=PASSWORD), make_person()
        client.post("/sign-in/link", data={"email": by_link.email})
        client.post(re.search(r"http://localhost(/\S+)", outbox()[-1].body)[1])

        for person, left_open in ((by_link, client), (never_had_one, client_of(never_had_one))):
            with left_open.session_transaction() as session:
                session["proved_at"] = time.time() - 601
            answer = left_open.post("/account/password", data={"password": NEW})

            assert answer.status_code in {401, 422}
            assert not can_sign_in(app, person, NEW)

    @pytest.mark.parametrize(
        ("password", "sentence"),
        [
            ("", "Choose a password."),
            ("a short one 14", "Use at least 15 characters"),
            ("x" * 257, "Use at least 15 characters"),
            ("aaaaaaaaaaaaaaaa", "easy to guess"),
            ("serai serai serai serai ", "easy to guess"),
            ("1234567890123456", "easy to guess"),
            ("aigul.sarsenbayeva@example.org", "easy to guess"),
        ],
    )
    def test_refuses_what_is_short_or_guessed_first(self, client_of, password, sentence):
        person = make_person(email="aigul.sarsenbayeva@example.org")

        response = client_of(person).post("/account/password", data={"password": password})

        assert response.status_code == 422
        assert sentence in response.text
        db.session.refresh(person)
        assert person.password is None

    def test_takes_spaces_and_any_script(self, app, client_of):
        person = make_person()
        password = "жеті тас көпірдің астында 🪨"

        client_of(person).post("/account/password", data={"password": password})

        assert can_sign_in(app, person, password)

    def test_can_be_reloaded(self, client_of):
        assert client_of(make_person()).get("/account/password").status_code == 200
