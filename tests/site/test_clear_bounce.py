from __future__ import annotations

from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.extensions import db
from lms.notices import services
from lms.notices.models import Bounce
from tests.factories import make_person, make_staff
from tests.pages import text_of

CLEAR = "/admin/bounces/clear"


def note(address: str, *, is_permanent: bool = True) -> None:
    services.note_bounce(address, is_permanent=is_permanent, reason="550 5.1.1 User unknown")
    db.session.commit()


class TestListBounces:
    def test_says_whose_mail_comes_back_and_why(self, admin):
        person = make_person(email="aigul@gov.example")
        note(person.email)
        note("nobody@gov.example", is_permanent=False)

        page = text_of(admin.get("/admin/bounces"))

        assert f"aigul@gov.example Stopped {person.name_latin} 550 5.1.1 User unknown 1" in page
        assert "nobody@gov.example Tried again" in page

    def test_is_reached_from_the_list_of_people(self, admin):
        assert 'href="/admin/bounces"' in admin.get("/admin/users").text

    def test_costs_the_same_for_many(self, admin, count_queries):
        note("a@example.org")
        with count_queries() as few:
            admin.get("/admin/bounces")
        for number in range(20):
            note(make_person(email=f"b{number}@example.org").email)

        with count_queries() as many:
            admin.get("/admin/bounces")

        assert len(many) == len(few)


class TestClearBounce:
    def test_lets_messages_go_out_again(self, admin, administrator):
        person = make_person()
        note(person.email)

        response = admin.post(CLEAR, data={"address": person.email})

        assert response.status_code == 303
        assert db.session.get(Bounce, person.email) is None
        query = select(AuditEvent).where(AuditEvent.action == "clear_bounce")
        event = db.session.scalars(query).one()
        assert (event.actor_id, event.object_id) == (administrator.id, str(person.id))
        assert person.email not in str(event.details)

    def test_knows_only_what_came_back(self, admin):
        assert admin.post(CLEAR, data={"address": "x@example.org"}).status_code == 404
        assert admin.post(CLEAR).status_code == 404

    def test_is_for_administrators(self, client_of):
        note("a@example.org")
        for role in ("auditor", "coordinator"):
            scope = ("country", "KZ") if role == "coordinator" else ("all", "")
            client = client_of(make_staff(role, *scope))
            assert client.post(CLEAR, data={"address": "a@example.org"}).status_code == 403
            assert client.get("/admin/bounces").status_code == 403

        assert db.session.get(Bounce, "a@example.org") is not None
