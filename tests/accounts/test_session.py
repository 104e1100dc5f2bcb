from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from lms.accounts import services
from lms.config import Config
from lms.extensions import db
from tests.factories import PASSWORD, make_person, make_staff


class TestSession:
    def test_ends_after_twelve_hours(self, client):
        person = make_person(password=PASSWORD)
        client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
        now = datetime.now(UTC)

        for minutes in range(50, 12 * 60, 50):
            with time_machine.travel(now + timedelta(minutes=minutes)):
                assert client.get("/account").status_code == 200
        with time_machine.travel(now + timedelta(hours=11, minutes=59)):
            client.post("/language", data={"language": "ru"})  # a new cookie is no longer one
            late = client.get("/account").status_code
        with time_machine.travel(now + timedelta(hours=12, minutes=1)):
            too_late = client.get("/account").status_code

        assert (late, too_late) == (200, 303)

    def test_ends_when_the_account_is_suspended(self, client_of):
        person = make_person()
        client = client_of(person)
        assert client.get("/account").status_code == 200

        services.set_active(person, is_active=False, reason="left the service")
        db.session.commit()

        assert client.get("/account").status_code == 303

    def test_loses_a_role_with_the_next_request(self, client_of):
        person = make_staff("administrator")
        make_staff("administrator")  # so that the first is not the last one
        client = client_of(person)
        assert client.get("/admin/users").status_code == 200

        services.withdraw_role(person.grants[0])
        db.session.commit()

        assert client.get("/admin/users").status_code == 403

    def test_costs_one_statement_for_the_person_and_one_for_the_menu(
        self, client_of, count_queries
    ):
        client = client_of(make_staff("auditor"))

        with count_queries() as statements:
            client.get("/account/time-zone")

        asked = [one for one in statements if one.startswith("SELECT")]
        assert len([one for one in asked if "FROM people" in one]) == 1
        assert len(asked) == 2  # the other one counts the notices for the menu


@pytest.fixture
def real_limits(app, monkeypatch):
    defaults = {field.name: field.default for field in fields(Config)}
    for name in ("LEARNER_IDLE_SECONDS", "STAFF_IDLE_SECONDS"):
        monkeypatch.setitem(app.config, name, defaults[name])


@pytest.mark.usefixtures("real_limits")
class TestIdleSession:
    @pytest.mark.parametrize(
        ("grant", "minutes", "is_open"),
        [
            (("learner", "self"), 59, True),
            (("learner", "self"), 61, False),
            (("auditor", "all"), 14, True),
            (("auditor", "all"), 16, False),
        ],
    )
    def test_asks_for_a_fresh_proof(self, client, grant, minutes, is_open):
        person = make_staff(*grant, password=PASSWORD)
        client.post("/sign-in", data={"email": person.email, "password": PASSWORD})

        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes)):
            response = client.get("/account")

        assert response.status_code == (200 if is_open else 303)
        if not is_open:
            assert response.location == "/account/confirm?next=/account"

    def test_goes_on_where_it_stopped(self, client):
        person = make_person(password=PASSWORD)
        client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
        typed = {"given_name": "Айгүл", "family_name": "Нұр", "given_name_latin": "Aigul",
                 "family_name_latin": "Nur"}  # fmt: skip

        with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
            asked = client.post("/account/name", data=typed)
            proof = {
                **typed, "proof_password": PASSWORD, "proof_target": "/account/name",
                "proof_method": "POST",
            }  # fmt: skip
            sent_on = client.post("/account/confirm", data=proof)
            client.post(sent_on.location, data=proof)

        assert asked.status_code == 401
        assert 'name="family_name_latin" value="Nur"' in asked.text
        assert (sent_on.status_code, sent_on.location) == (307, "/account/name")
        db.session.refresh(person)
        assert person.family_name_latin == "Nur"

    def test_stays_open_while_it_is_used(self, client):
        person = make_staff("auditor", password=PASSWORD)
        client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
        now = datetime.now(UTC)

        answers = []
        for minutes in range(10, 120, 10):
            with time_machine.travel(now + timedelta(minutes=minutes)):
                answers.append(client.get("/account").status_code)

        assert set(answers) == {200}

    def test_ends_for_staff_after_eight_hours(self, client):
        person = make_staff("auditor", password=PASSWORD)
        client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
        now = datetime.now(UTC)

        for minutes in range(10, 8 * 60, 10):
            with time_machine.travel(now + timedelta(minutes=minutes)):
                assert client.get("/account").status_code == 200
        with time_machine.travel(now + timedelta(hours=8, minutes=1)):
            assert client.get("/account").location.startswith("/sign-in?")
