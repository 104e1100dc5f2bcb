from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.accounts.models import Person
from lms.accounts.queries import person_by_email
from lms.audit.models import AuditEvent
from lms.extensions import db
from tests.factories import make_person, make_staff
from tests.pages import text_of

FACTS = {
    "email": "New@Example.org",
    "given_name_latin": "Aigul",
    "family_name_latin": "Sarsenbayeva",
    "country_code": "KZ",
    "language": "kk",
}


def accounts() -> int:
    return len(db.session.scalars(select(Person.id)).all())


class TestMakeAccount:
    def test_makes_it_without_a_password_and_sends_a_link(self, admin, administrator, outbox):
        response = admin.post("/admin/users/new", data=FACTS)

        person = person_by_email("new@example.org")
        assert response.status_code == 303
        assert response.headers["Location"] == f"/admin/users/{person.id}"
        assert person.password is None
        assert (person.name_latin, person.language) == ("Aigul Sarsenbayeva", "kk")
        assert person.time_zone == "Asia/Almaty"
        assert person.name_confirmed_at is None
        assert not person.grants
        assert "on its way to new@example.org" in text_of(admin.get(response.headers["Location"]))
        outbox()  # the first job makes the link, the second one sends it
        assert [mail.to for mail in outbox()] == [["new@example.org"]]

    def test_is_logged(self, admin, administrator):
        admin.post("/admin/users/new", data=FACTS)

        log = select(AuditEvent).where(AuditEvent.action == "create_person")
        event = db.session.scalars(log).one()
        assert event.actor_id == administrator.id
        assert event.object_id == str(person_by_email("new@example.org").id)
        assert event.country_code == "KZ"

    def test_takes_a_single_name(self, admin):
        admin.post("/admin/users/new", data={**FACTS, "family_name_latin": ""})

        assert person_by_email("new@example.org").name_latin == "Aigul"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("email", ""),
            ("email", "nobody"),
            ("given_name_latin", "Айгүл"),
            ("country_code", ""),
            ("country_code", "XX"),
            ("language", "xx"),
        ],
    )
    def test_says_beside_the_field_what_is_wrong(self, admin, field, value):
        before = accounts()

        response = admin.post("/admin/users/new", data={**FACTS, field: value})

        assert response.status_code == 422
        assert "<title>Error: " in response.text
        assert f'id="{field}-error"' in response.text
        assert f'href="#{field}"' in response.text
        assert accounts() == before

    def test_keeps_what_was_typed(self, admin):
        response = admin.post("/admin/users/new", data={**FACTS, "country_code": ""})

        assert 'value="New@Example.org"' in response.text
        assert 'value="Sarsenbayeva"' in response.text

    def test_says_that_somebody_has_the_address_already(self, admin):
        make_person(email="new@example.org")
        before = accounts()

        response = admin.post("/admin/users/new", data=FACTS)

        assert response.status_code == 422
        assert "has an account already" in text_of(response)
        assert accounts() == before

    def test_shows_an_empty_form(self, admin):
        response = admin.get("/admin/users/new")

        assert response.status_code == 200
        assert response.text.count("<h1") == 1
        assert "Choose a country" in response.text

    @pytest.mark.parametrize(
        "grant", [("auditor", "all"), ("officer", "all"), ("coordinator", "country", "KZ")]
    )
    def test_is_for_administrators_only(self, client_of, grant):
        client = client_of(make_staff(*grant))
        before = accounts()

        assert client.get("/admin/users/new").status_code == 403
        assert client.post("/admin/users/new", data=FACTS).status_code == 403
        assert accounts() == before

    def test_gives_no_role_and_no_state_that_the_form_does_not_have(self, admin):
        admin.post(
            "/admin/users/new",
            data={**FACTS, "role": "administrator all", "active": "", "is_demo": "1", "id": "4711"},
        )

        person = person_by_email("new@example.org")
        assert not person.grants
        assert person.active
        assert not person.is_demo
        assert person.id != 4711
