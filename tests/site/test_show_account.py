from __future__ import annotations

import pytest

from tests.factories import make_cohort, make_learner, make_person, make_staff
from tests.pages import bytes_of, text_of


class TestShowAccount:
    def test_tells_what_an_administrator_needs(self, admin):
        cohort = make_cohort("GE")
        person, _seat = make_learner(cohort, language="ka")

        response = admin.get(f"/admin/users/{person.id}")

        page = text_of(response)
        assert f"<h1>{person.name_latin}</h1>" in response.text
        assert f"E-mail address {person.email}" in page
        assert f"Name in the own script {person.name_native}" in page
        assert "Language ქართული" in page
        assert "Time zone Asia/Tbilisi" in page
        assert "Last signed in Never" in page
        assert cohort.title in page

    def test_names_each_role_with_what_it_is_for(self, admin):
        person = make_staff("coordinator", "country", "KZ")

        page = text_of(admin.get(f"/admin/users/{person.id}"))

        assert "Coordinator of one country Kazakhstan" in page

    def test_has_one_primary_button(self, admin):
        person = make_staff("coordinator", "country", "KZ")

        response = admin.get(f"/admin/users/{person.id}")

        assert response.text.count('class="btn "') == 1

    def test_answers_for_nobody_with_404(self, admin):
        assert admin.get("/admin/users/4711").status_code == 404

    @pytest.mark.parametrize(
        "grant", [("auditor", "all"), ("officer", "all"), ("coordinator", "country", "KZ")]
    )
    def test_does_not_tell_others_who_exists(self, client_of, grant):
        client, person = client_of(make_staff(*grant)), make_person()

        there, nobody = (client.get(f"/admin/users/{number}") for number in (person.id, 4711))

        assert there.status_code == nobody.status_code == 403
        assert bytes_of(there) == bytes_of(nobody)

    def test_refuses_even_the_own_account(self, client_of):
        person = make_person()

        assert client_of(person).get(f"/admin/users/{person.id}").status_code == 403
