from __future__ import annotations

from lms.accounts.services import factors, grant_role
from lms.audit import services as audit
from lms.extensions import db
from lms.web.pages import PAGE_SIZE
from tests.factories import PASSWORD, make_person
from tests.pages import text_of


class TestShowActivity:
    def test_tells_when_and_how_somebody_signed_in(self, client):
        person = make_person(password=PASSWORD)
        client.post("/sign-in", data={"email": person.email, "password": PASSWORD})

        page = text_of(client.get("/account/activity"))

        assert "(UTC+5) Signed in With the password" in page

    def test_tells_who_took_the_one_time_codes_away(self, client_of):
        person = make_person()
        factors.begin_app(person)
        factors.remove_app(person, "Lost the phone.")
        db.session.commit()

        page = text_of(client_of(person).get("/account/activity"))

        assert "Removed the one-time codes" in page

    def test_tells_nothing_of_others_and_of_roles(self, client_of):
        person, other = make_person(), make_person()
        audit.record("sign_in", "person", other.id, actor_id=other.id, way="link")
        grant_role(None, person, "auditor", "all")
        db.session.commit()

        page = text_of(client_of(person).get("/account/activity"))

        assert "Nothing is in the log yet" in page

    def test_goes_on_over_pages(self, client_of):
        person = make_person()
        for _number in range(PAGE_SIZE + 1):
            audit.record("sign_in", "person", person.id, actor_id=person.id, way="link")
        db.session.commit()

        assert 'href="/account/activity?page=2"' in client_of(person).get("/account/activity").text
