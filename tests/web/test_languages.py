from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask_babel import force_locale

from lms.config import LANGUAGES, TRANSLATED
from lms.web.languages import day, interface_language, moment
from tests.factories import make_person

KOREAN = {"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.5"}


def chosen(page: str) -> str:
    """Return which language the page of languages marks as chosen."""
    before, _mark, _after = page.partition('aria-current="true"')
    return before.rsplit('value="', 1)[1].partition('"')[0]


class TestChosenLanguage:
    def test_is_english_when_nothing_is_known(self, client):
        assert chosen(client.get("/language").text) == "en"

    def test_follows_the_browser(self, client):
        assert chosen(client.get("/language", headers=KOREAN).text) == "ko"

    def test_follows_the_cookie_before_the_browser(self, client):
        client.set_cookie("language", "ka")

        assert chosen(client.get("/language", headers=KOREAN).text) == "ka"

    def test_follows_the_person_before_the_cookie(self, client_of):
        client = client_of(make_person(language="hy"))
        client.set_cookie("language", "ka")

        assert chosen(client.get("/language", headers=KOREAN).text) == "hy"

    def test_follows_a_wish_for_once_before_the_person(self, client_of):
        client = client_of(make_person(language="hy"))

        assert chosen(client.get("/language?lang=az").text) == "az"
        assert chosen(client.get("/language").text) == "hy"

    def test_follows_the_address_before_all_else(self, client_of):
        client = client_of(make_person(language="hy"))

        page = client.get("/ru/courses?lang=en").text

        assert '<html lang="ru"' in page

    @pytest.mark.parametrize("wish", ["xx", "", "EN", "../en", "en;drop"])
    def test_ignores_what_is_not_offered(self, client, wish):
        client.set_cookie("language", wish or "xx")

        response = client.get("/language", query_string={"lang": wish}, headers=KOREAN)

        assert chosen(response.text) == "ko"


class TestInterfaceLanguage:
    @pytest.mark.parametrize("code", LANGUAGES)
    def test_is_always_a_translated_one(self, code):
        assert interface_language(code) in TRANSLATED

    @pytest.mark.parametrize(("code", "shown"), [("ru", "ru"), ("en", "en")])
    def test_is_the_language_itself_where_it_is_translated(self, code, shown):
        assert interface_language(code) == shown

    def test_is_named_by_the_page(self, client):
        for code in LANGUAGES:
            page = client.get(f"/help?lang={code}").text
            assert f'<html lang="{interface_language(code)}"' in page


NEW_YEAR = datetime(2026, 12, 31, 19, 30, tzinfo=UTC)


class TestMoment:
    @pytest.mark.parametrize(
        ("zone", "written"),
        [
            ("UTC", "31 December 2026, 19:30 (UTC)"),
            ("Asia/Almaty", "1 January 2027, 00:30 (UTC+5)"),
            ("Asia/Seoul", "1 January 2027, 04:30 (UTC+9)"),
            ("Asia/Kolkata", "1 January 2027, 01:00 (UTC+5:30)"),
            ("America/New_York", "31 December 2026, 14:30 (UTC-5)"),
            ("America/St_Johns", "31 December 2026, 16:00 (UTC-3:30)"),
        ],
    )
    def test_names_the_zone(self, app, zone, written):
        with app.test_request_context(), force_locale("en"):
            assert moment(NEW_YEAR, zone) == written

    def test_is_in_russian_where_the_page_is(self, app):
        with app.test_request_context(), force_locale("ru"):
            assert moment(NEW_YEAR, "Asia/Almaty") == "1 января 2027 г., 00:30 (UTC+5)"

    def test_works_for_messages_too(self, app):
        with force_locale("en"):
            assert moment(NEW_YEAR, "Asia/Almaty") == "1 January 2027, 00:30 (UTC+5)"


class TestDay:
    @pytest.mark.parametrize(
        ("locale", "written"), [("en", "4 December 2026"), ("ru", "4 декабря 2026 г.")]
    )
    def test_is_written_in_words(self, app, locale, written):
        with app.test_request_context(), force_locale(locale):
            assert day(date(2026, 12, 4)) == written
