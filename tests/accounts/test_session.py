from __future__ import annotations

from datetime import UTC, datetime, timedelta

import time_machine

from lms.accounts import services
from lms.extensions import db
from tests.factories import PASSWORD, make_person, make_staff


class TestSession:
    def test_ends_after_twelve_hours(self, client):
        person = make_person(password=PASSWORD)
        client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
        now = datetime.now(UTC)

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

    def test_costs_one_statement_a_request(self, client_of, count_queries):
        client = client_of(make_staff("auditor"))

        with count_queries() as statements:
            client.get("/account")

        assert len([one for one in statements if one.startswith("SELECT")]) == 1
