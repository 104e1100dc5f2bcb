from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.accounts.services import authenticate, personal_data
from lms.audit.models import AuditEvent
from lms.extensions import db
from tests.factories import PASSWORD, make_learner, make_person, make_staff
from tests.pages import text_of


def address(person) -> str:
    return f"/admin/users/{person.id}/state"


def page_of(person) -> str:
    return f"/admin/users/{person.id}"


REASON = {"reason": "Left the ministry.", "was_active": "y"}


class TestSuspend:
    def test_ends_every_session_at_once(self, admin, client_of):
        person, _seat = make_learner()
        client = client_of(person)
        assert client.get("/learn").status_code == 200

        response = admin.post(address(person), data=REASON)

        assert response.status_code == 303
        assert client.get("/learn").headers["Location"].startswith("/sign-in")
        db.session.refresh(person)
        assert not person.active

    def test_is_logged_with_the_reason(self, admin, administrator):
        person = make_person()

        admin.post(address(person), data=REASON)

        event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "suspend")).one()
        assert (event.actor_id, event.object_id) == (administrator.id, str(person.id))
        assert event.reason == "Left the ministry."

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
    def test_asks_for_a_reason(self, admin, reason):
        person = make_person()

        response = admin.post(address(person), data=REASON | {"reason": reason})

        assert response.status_code == 422
        assert "<title>Error: " in response.text
        assert 'href="#reason"' in response.text
        db.session.refresh(person)
        assert person.active

    def test_refuses_the_own_account(self, admin, administrator):
        make_staff("administrator")  # so not because it would be the last one

        response = admin.post(address(administrator), data=REASON)

        assert response.status_code == 409
        assert "You cannot suspend your own account." in text_of(response)
        db.session.refresh(administrator)
        assert administrator.active

    def test_offers_no_button_for_the_own_account(self, admin, administrator):
        response = admin.get(f"/admin/users/{administrator.id}")

        assert address(administrator) not in response.text
        assert "Only another administrator can suspend it." in text_of(response)

    def test_works_for_another_administrator(self, admin, client_of):
        second = make_staff("administrator")
        client = client_of(second)

        admin.post(address(second), data=REASON)

        assert client.get("/admin/users").headers["Location"].startswith("/sign-in")

    def test_is_for_administrators_only(self, client_of):
        person = make_person()

        for caller in (make_staff("coordinator", "country", "KZ"), make_staff("auditor"), person):
            assert client_of(caller).post(address(person), data=REASON).status_code == 403

        db.session.refresh(person)
        assert person.active

    def test_answers_for_nobody_with_404(self, admin):
        assert admin.post("/admin/users/4711/state", data=REASON).status_code == 404

    def test_is_not_taken_back_by_a_second_one_who_does_the_same(self, admin, client_of):
        person, second = make_person(), client_of(make_staff("administrator"))
        assert 'name="was_active" type="hidden" value="y"' in second.get(page_of(person)).text
        admin.post(address(person), data=REASON)

        response = second.post(address(person), data=REASON)

        assert response.status_code == 409
        db.session.refresh(person)
        assert not person.active


class TestOpenAgain:
    def test_is_refused_for_an_account_that_was_erased(self, admin):
        person = make_person()
        personal_data.erase(person)
        db.session.commit()

        response = admin.post(address(person), data={"reason": "Came back."})

        assert response.status_code == 409
        db.session.refresh(person)
        assert not person.active

    def test_lets_somebody_sign_in_with_what_they_had(self, admin):
        person = make_person(password=PASSWORD)
        admin.post(address(person), data=REASON)
        assert "Suspended" in text_of(admin.get(f"/admin/users/{person.id}"))

        response = admin.post(address(person), data={"reason": "Came back."})

        assert response.status_code == 303
        db.session.refresh(person)
        assert person.active
        assert authenticate(person.email, PASSWORD) == person
        log = select(AuditEvent).where(AuditEvent.action == "reactivate")
        assert db.session.scalars(log).one().reason == "Came back."
