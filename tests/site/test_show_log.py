from __future__ import annotations

import re

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
        admin.post(f"/admin/users/{person.id}/state", data={"reason": "Left the ministry."})

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

    @pytest.mark.parametrize(
        "grant", [("officer", "all"), ("coordinator", "country", "KZ"), ("instructor", "all")]
    )
    def test_is_closed_to_everybody_else(self, client_of, grant):
        learner, _seat = make_learner(make_cohort())

        assert client_of(make_staff(*grant)).get("/admin/audit").status_code == 403
        assert client_of(learner).get("/admin/audit").status_code == 403


class TestWords:
    @pytest.fixture
    def code(self):
        return "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "lms").rglob("*.py"))

    def test_name_every_action_and_object_that_the_program_logs(self, code):
        logged = re.findall(r'audit\.record\(\s*"(\w+)",\s*"(\w+)"', code)

        assert {action for action, _object in logged} <= ACTION_NAMES.keys()
        assert {name for _action, name in logged} <= OBJECT_NAMES.keys()
