from __future__ import annotations

import re

import pytest

from lms.extensions import db
from tests.factories import make_person


def groups_of(page: str) -> dict[str, list[str]]:
    found = re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', page, re.DOTALL)
    return {name: re.findall(r'value="([^"]+)"', options) for name, options in found}


class TestTimeZonePage:
    def test_offers_the_likely_ones_first(self, client_of):
        page = client_of(make_person("KZ")).get("/welcome/time-zone").text

        groups = groups_of(page)
        assert list(groups) == ["Your country", "The region", "All others"]
        assert "Asia/Almaty" in groups["Your country"]
        assert {"Asia/Seoul", "Asia/Tbilisi", "UTC"} <= set(groups["The region"])
        assert "Europe/London" in groups["All others"]
        assert re.search(r'selected[^>]*value="Asia/Almaty"[^>]*>Almaty \(UTC\+5\)', page)

    def test_lists_each_zone_once(self, client_of):
        groups = groups_of(client_of(make_person("KR")).get("/account/time-zone").text)

        zones = [zone for group in groups.values() for zone in group]
        assert len(zones) == len(set(zones)) > 400

    @pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/Argentina/Buenos_Aires"])
    def test_keeps_whatever_is_chosen(self, client_of, zone):
        page = client_of(make_person(time_zone=zone)).get("/account/time-zone").text

        assert re.search(rf'selected[^>]*value="{zone}"', page)


class TestChooseTimeZone:
    def test_is_the_last_question(self, client_of):
        person = make_person()

        response = client_of(person).post("/welcome/time-zone", data={"time_zone": "Asia/Seoul"})

        assert (response.status_code, response.location) == (303, "/learn")
        db.session.refresh(person)
        assert person.time_zone == "Asia/Seoul"

    def test_returns_to_the_account(self, client_of):
        client = client_of(make_person())

        response = client.post("/account/time-zone", data={"time_zone": "Asia/Seoul"})

        assert response.location == "/account"
        assert "Seoul (UTC+9)" in client.get("/account").text

    @pytest.mark.parametrize("zone", ["", "Mars/Base", "../etc/passwd"])
    def test_refuses_what_is_not_offered(self, client_of, zone):
        person = make_person()

        response = client_of(person).post("/account/time-zone", data={"time_zone": zone})

        assert response.status_code == 422
        db.session.refresh(person)
        assert person.time_zone == "Asia/Almaty"
