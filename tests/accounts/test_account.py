from __future__ import annotations

from tests.factories import make_person


class TestAccount:
    def test_shows_what_is_kept_and_where_to_change_it(self, client_of):
        person = make_person(language="kk", given_name="Айгүл", family_name="Сәрсенбаева")

        page = client_of(person).get("/account?lang=en").text

        assert person.email in page
        assert person.name_latin in page
        assert "Айгүл Сәрсенбаева" in page
        assert "Қазақша" in page
        assert "Almaty (UTC+5)" in page
        for path in ("/account/name", "/language?next=/account", "/account/time-zone"):
            assert f'href="{path}"' in page

    def test_says_when_the_name_is_missing(self, client_of):
        names = dict.fromkeys(
            ("given_name", "family_name", "given_name_latin", "family_name_latin"), ""
        )

        page = client_of(make_person(is_confirmed=False, **names)).get("/account").text

        assert "Not written yet" in page
        assert "Not confirmed" in page

    def test_asks_strangers_to_sign_in(self, client):
        response = client.get("/account")

        assert (response.status_code, response.location) == (303, "/sign-in?next=/account")
