from __future__ import annotations

import re

import pytest

from lms.config import LANGUAGES
from lms.extensions import db
from tests.factories import make_person


def choose(client, language, target=""):
    return client.post("/language", data={"language": language, "next": target})


class TestLanguagePage:
    def test_offers_each_language_in_its_own_words(self, client):
        page = client.get("/language").text

        for language in LANGUAGES.values():
            button = rf'<button[^>]*value="{language.code}"[^>]*lang="{language.code}"[^>]*>'
            assert re.search(rf"{button}\s*{language.own_name}</button>", page)

    def test_marks_the_one_that_is_chosen(self, client):
        page = client.get("/language?lang=ka").text

        assert re.search(r'value="ka"[^>]*aria-current="true"', page)
        assert page.count('aria-current="true"') == 1

    def test_says_which_language_is_shown_until_one_is_translated(self, client):
        page = client.get("/language").text

        assert re.search(r'<p class="small muted" lang="en">\s*For now[^<]*English', page)
        assert re.search(r'<p class="small muted" lang="ru">[^<]*Русский', page)

    def test_is_the_first_of_three_questions(self, client_of):
        client = client_of(make_person(is_confirmed=False))

        assert "Before you begin" in client.get("/welcome/language").text
        assert "Before you begin" not in client.get("/language").text


class TestChooseLanguage:
    def test_is_kept_by_the_browser(self, client):
        response = choose(client, "ka")

        assert response.status_code == 303
        cookie = client.get_cookie("language")
        assert (cookie.value, cookie.http_only, cookie.same_site) == ("ka", True, "Lax")

    def test_is_kept_with_the_account(self, client_of):
        person = make_person()

        choose(client_of(person), "kk", "/account")

        db.session.refresh(person)
        assert person.language == "kk"

    @pytest.mark.parametrize(
        ("target", "location"),
        [
            ("", "/"),
            ("/help", "/help"),
            ("/account?a=1&lang=en&b=%D0%B6", "/account?a=1&b=%D0%B6"),
            ("/en/courses?q=id", "/ru/courses?q=id"),
            ("/ka/verify/KZ-2026-7Q3M-W8KD-R4TN-9HXC", "/ru/verify/KZ-2026-7Q3M-W8KD-R4TN-9HXC"),
            ("/en/", "/ru/"),
            ("/language?next=/help", "/"),
            ("//evil.example/en", "/"),
            ("https://evil.example/", "/"),
        ],
    )
    def test_returns_to_the_page_that_was_left(self, client, target, location):
        assert choose(client, "ru", target).location == location

    def test_leads_newcomers_on_to_their_name(self, client_of):
        client = client_of(make_person(is_confirmed=False))

        assert choose(client, "kk").location == "/welcome/name"

    @pytest.mark.parametrize("language", ["", "xx", "EN"])
    def test_knows_only_what_is_offered(self, client, language):
        assert choose(client, language).status_code == 400
