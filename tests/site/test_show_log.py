from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lms.accounts.services import grant_role
from lms.audit import services as audit
from lms.config import ROOT
from lms.extensions import db
from lms.site.words import ACTION_NAMES, OBJECT_NAMES
from lms.web.pages import PAGE_SIZE
from tests.factories import make_cohort, make_learner, make_person, make_staff
from tests.pages import text_of


def fill_log(count: int) -> None:
    for _number in range(count):
        person = make_person()
        audit.record("suspend", "person", person.id, actor_id=person.id, country_code="KZ")
    db.session.commit()


class TestShowLog:
    def test_tells_who_did_what_to_whom_where_and_why(self, admin, administrator):
        person = make_person("GE")
        admin.post(
            f"/admin/users/{person.id}/state",
            data={"reason": "Left the ministry.", "was_active": "y"},
        )

        page = text_of(admin.get("/admin/audit"))

        row = f"Timur Akhmetov Suspended an account {person.name_latin} Georgia Left the ministry."
        assert row in page

    def test_tells_which_role_was_given(self, admin, administrator):
        grant_role(administrator, make_person(), "coordinator", "country", "KZ")
        db.session.commit()

        page = text_of(admin.get("/admin/audit?action=grant_role"))

        assert "Gave a role Coordinator of one country Kazakhstan" in page

    def test_shows_times_in_the_readers_zone(self, admin, client_of, administrator):
        reader = make_staff("auditor", country="GE", time_zone="Asia/Tbilisi")

        assert "(UTC+5)" in text_of(admin.get("/admin/audit"))
        assert "(UTC+4)" in text_of(client_of(reader).get("/admin/audit"))

    def test_begins_with_the_newest(self, admin):
        audit.record("publish_course", "course", "older")
        audit.record("publish_course", "course", "newer")
        db.session.commit()

        page = text_of(admin.get("/admin/audit?action=publish_course"))

        assert page.index("Course newer") < page.index("Course older")

    def test_filters_by_what_was_done(self, admin):
        audit.record("publish_course", "course", "digital-id")
        db.session.commit()

        response = admin.get("/admin/audit?action=publish_course")

        rows = text_of(response).partition("Reason")[2]
        assert "Published a course Course digital-id" in rows
        assert "Gave a role" not in rows
        assert '<option selected value="publish_course">' in response.text

    def test_shows_all_and_says_so_when_there_is_no_such_action(self, admin):
        response = admin.get("/admin/audit?action=sing")

        assert response.status_code == 200
        assert 'aria-invalid="true"' in response.text
        assert "Gave a role" in text_of(response)

    def test_goes_on_over_pages(self, admin):
        fill_log(PAGE_SIZE + 1)

        response = admin.get("/admin/audit?action=suspend")

        assert 'href="/admin/audit?action=suspend&amp;page=2"' in response.text

    def test_asks_the_database_as_often_for_50_rows_as_for_3(self, admin, count_queries):
        fill_log(3)
        admin.get("/admin/audit")
        with count_queries() as for_few:
            admin.get("/admin/audit")
        fill_log(PAGE_SIZE)

        with count_queries() as for_many:
            admin.get("/admin/audit")

        assert len(for_many) == len(for_few)


class TestMaskNames:
    def test_shows_numbers_to_auditors(self, client_of, administrator):
        person = make_person()
        auditor = make_staff("auditor")
        audit.record("suspend", "person", person.id, actor_id=administrator.id)
        db.session.commit()

        response = client_of(auditor).get("/admin/audit?action=suspend")

        page = text_of(response)
        assert f"Person {administrator.id} Suspended an account Person {person.id}" in page
        for hidden in (person, administrator):
            assert hidden.name_latin not in page
            assert hidden.name_native not in page
            assert hidden.email not in page
        assert "/admin/users/" not in response.text

    def test_hides_what_details_tell_of_names(self, client_of):
        person = make_person()
        audit.record("confirm_name", "person", person.id, before={"native": "Айгүл Бұрынғы"})
        db.session.commit()

        for role in ("auditor", "administrator"):
            page = client_of(make_staff(role)).get("/admin/audit?action=confirm_name").text
            assert "Бұрынғы" not in page

    def test_shows_names_to_an_auditor_who_is_an_administrator_too(self, client_of):
        person = make_staff("auditor")
        grant_role(None, person, "administrator", "all")
        db.session.commit()

        assert person.name_latin in text_of(client_of(person).get("/admin/audit"))

    def test_shows_personal_values_only_to_whoever_may_know_the_person(self, client_of):
        person = make_person()
        audit.record(
            "confirm_name", "person", person.id, country_code="KZ",
            personal={"before": {"latin": "Aigul"}, "after": {"latin": "Aigerim"}},
        )  # fmt: skip
        db.session.commit()

        said = "In Latin letters Aigul → Aigerim"
        address = "/admin/audit?action=confirm_name"
        for grant in (("administrator",), ("coordinator", "country", "KZ")):
            assert said in text_of(client_of(make_staff(*grant)).get(address))
        for grant in (("auditor",), ("officer", "all")):
            assert "Aigerim" not in client_of(make_staff(*grant)).get(address).text

    def test_is_closed_to_everybody_else(self, client_of):
        learner, _seat = make_learner(make_cohort())

        for person in (learner, make_staff("instructor")):
            assert client_of(person).get("/admin/audit").status_code == 403
            assert client_of(person).post("/admin/audit/export").status_code == 403


class TestOwnCountry:
    @pytest.fixture(autouse=True)
    def rows(self, app):
        self.here, self.there = make_person("KZ"), make_person("GE")
        for person in (self.here, self.there):
            audit.record(
                "suspend",
                "person",
                person.id,
                country_code=person.country_code,
                actor_id=self.here.id,
            )
        audit.record("publish_course", "course", "digital-id")
        db.session.commit()

    @pytest.mark.parametrize("role", ["coordinator", "officer"])
    def test_shows_its_rows_alone(self, client_of, role):
        client = client_of(make_staff(role, "country", "GE"))

        page = text_of(client.get("/admin/audit")).partition("Reason")[2]

        assert f"Person {self.here.id} Suspended an account {self.there.name_latin}" in page
        assert self.here.name_latin not in page
        assert "Kazakhstan" not in page
        assert "digital-id" not in page

    def test_offers_no_other_country(self, client_of):
        client = client_of(make_staff("coordinator", "country", "GE"))

        response = client.get("/admin/audit?country=KZ")

        assert 'value="KZ"' not in response.text
        assert self.here.name_latin not in text_of(response)

    def test_shows_nothing_to_a_coordinator_of_one_cohort(self, client_of):
        cohort = make_cohort("KZ")
        client = client_of(make_staff("coordinator", "cohort", cohort.slug))

        assert "Nothing of this kind is in the log" in text_of(client.get("/admin/audit"))


class TestFilter:
    @pytest.fixture(autouse=True)
    def rows(self, app):
        self.actor, self.person = make_person("KZ"), make_person("GE")
        audit.record("remind", "person", self.person.id, actor_id=self.actor.id, country_code="GE")
        audit.record("invite", "invitation", 12, actor_id=self.actor.id, country_code="KZ")
        db.session.commit()

    def shown(self, client, query: str) -> set[str]:
        page = text_of(client.get(f"/admin/audit?{query}")).partition("Country Reason")[2]
        return {word for word in ("Sent a reminder", "Invited somebody") if word in page}

    def test_finds_what_somebody_did_and_what_was_done_to_them(self, admin):
        both = {"Sent a reminder", "Invited somebody"}
        assert self.shown(admin, f"actor={self.actor.id}") == both
        assert self.shown(admin, f"actor={self.actor.email}") == both
        assert self.shown(admin, f"actor={self.person.id}") == set()
        assert self.shown(admin, f"person={self.person.id}") == {"Sent a reminder"}
        assert self.shown(admin, f"person={self.actor.id}") == both

    def test_finds_objects_and_countries(self, admin):
        assert self.shown(admin, "object_type=invitation&object_id=12") == {"Invited somebody"}
        assert self.shown(admin, "object_type=invitation&object_id=13") == set()
        assert self.shown(admin, "country=GE") == {"Sent a reminder"}

    def test_finds_days_of_the_readers_zone_both_ends_included(self, admin):
        today = datetime.now(ZoneInfo("Asia/Almaty")).date()
        before = today - timedelta(days=1)
        assert len(self.shown(admin, f"since={today}&until={today}")) == 2
        assert self.shown(admin, f"until={before}") == set()

    def test_finds_what_one_request_did(self, admin):
        number = admin.post(
            f"/admin/users/{self.person.id}/state", data={"reason": "Left.", "was_active": "y"}
        ).headers["X-Request-Id"]

        page = text_of(admin.get(f"/admin/audit?request={number}")).partition("Country Reason")[2]

        assert "Suspended an account" in page
        assert "Sent a reminder" not in page

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("actor=nobody@example.org", "Nobody whom you may know has this address."),
            ("since=2026-11-25&until=2026-11-24", "This day is before the first one."),
            ("since=yesterday", "Not a valid date value."),
        ],
    )
    def test_says_what_it_cannot_read_and_shows_all(self, admin, query, words):
        response = admin.get(f"/admin/audit?{query}")

        assert words in text_of(response)
        assert "Gave a role" in text_of(response).partition("Country Reason")[2]

    def test_tells_nobody_abroad_whether_an_address_has_an_account(self, client_of):
        client = client_of(make_staff("coordinator", "country", "KZ"))

        page = text_of(client.get(f"/admin/audit?actor={self.person.email}"))

        assert "Nobody whom you may know has this address." in page


class TestWords:
    @pytest.fixture
    def code(self):
        return "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "lms").rglob("*.py"))

    def test_name_every_action_and_object_that_the_program_logs(self, code):
        logged = re.findall(r'audit\.record\(\s*"(\w+)",\s*"(\w+)"', code)

        assert {action for action, _object in logged} <= ACTION_NAMES.keys()
        assert {name for _action, name in logged} <= OBJECT_NAMES.keys()
