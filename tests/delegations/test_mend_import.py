"""Mending what the check of a file has found, row by row, also by two people at once."""

from __future__ import annotations

import pytest

from lms.cohorts.models import Import
from tests.delegations.imported import FILE, rows, states
from tests.factories import make_import
from tests.pages import text_of


@pytest.fixture
def found(cohort) -> Import:
    return make_import(cohort.slug, FILE)


@pytest.fixture
def client(client_of, coordinator):
    return client_of(coordinator)


@pytest.fixture
def address(found, dashboard):
    return f"{dashboard}/import/{found.id}"


@pytest.fixture
def send(client, address, found):
    """Return a function that posts about a row, as from a page that was opened now or has ``seen`` it before."""

    def post(path: str, seen: str = "", **data):
        number = int(path.split("/")[1])
        return client.post(
            f"{address}/{path}", data={"seen": seen or rows(found)[number].fingerprint, **data}
        )

    return post


class TestChangeImportRow:
    def test_saves_and_checks_again(self, send, found):
        response = send("rows/3", email="two@b.example", show="fix")

        assert response.status_code == 303
        assert response.headers["Location"].endswith("?show=fix#row-3")
        assert states(found)[1] == "ready"
        assert rows(found)[3].values["given_name"] == "Serik"

    def test_keeps_what_is_still_wrong_and_says_why(self, send, client, address, found):
        send("rows/3", email="nobody")

        assert rows(found)[3].values["email"] == "nobody"
        page = client.get(address)
        assert 'value="nobody"' in page.text
        assert "Still to fix: E-mail address: “nobody” is none." in text_of(page)

    def test_frees_the_row_that_was_a_duplicate(self, send, found):
        send("rows/2", email="other@b.example")

        assert states(found)[4] == "ready"

    def test_shows_every_column_of_the_row(self, client, address):
        page = client.get(f"{address}/rows/4")

        assert 'value="Kazakhstan"' in page.text
        assert "use KZ, not Kazakhstan" in text_of(page)
        assert client.get(f"{address}/rows/99").status_code == 404

    def test_shows_the_second_of_two_both_texts_and_then_takes_theirs(
        self, send, client, address, found
    ):
        for page in (client.get(address), client.get(f"{address}/rows/3")):
            assert f'value="{rows(found)[3].fingerprint}"' in page.text
        seen = rows(found)[3].fingerprint
        send("rows/3", seen, email="first@b.example", language="ru")

        late = send("rows/3", seen, email="second@b.example")

        assert late.status_code == 409
        assert rows(found)[3].values["email"] == "first@b.example"
        assert "E-mail address first@b.example second@b.example" in text_of(late)
        assert 'value="second@b.example"' in late.text
        assert 'value="ru"' in late.text  # what was not typed over is theirs
        now = rows(found)[3].fingerprint
        assert f'value="{now}"' in late.text
        assert send("rows/3", now, email="second@b.example").status_code == 303
        assert rows(found)[3].values["email"] == "second@b.example"

    def test_refuses_a_value_that_is_too_long(self, send, found):
        response = send("rows/3", post="x" * 1001)

        assert response.status_code == 422
        assert "post" not in rows(found)[3].values

    def test_is_refused_after_the_confirmation(self, send, client, address, found):
        client.post(f"{address}/confirm")

        for path in ("rows/3", "rows/4/repair"):
            assert send(path, email="two@b.example", problem=0).status_code == 409, path
        for path in ("columns", "confirm"):
            assert client.post(f"{address}/{path}").status_code == 409, path
        assert rows(found)[3].values["email"] == "two@@b.example"


class TestRepairImport:
    @pytest.mark.parametrize(("which", "left"), [("one", 1), ("all", 0)])
    def test_repairs_one_row_or_all_with_the_same(self, send, found, which, left):
        response = send("rows/4/repair", problem=0, rows=which)

        assert response.status_code == 303
        countries = [row.values["country"] for row in rows(found).values()]
        assert countries.count("Kazakhstan") == left
        assert states(found)[2] == "ready"

    def test_applies_only_what_was_offered(self, send, found):
        for data in ({"problem": 0}, {"problem": -1}, {"problem": "x"}, {}):
            assert send("rows/2/repair", **data).status_code == 409
        assert send("rows/4/repair", "of an earlier page", problem=0).status_code == 409

        assert states(found) == ["ready", "fix", "fix", "fix", "duplicate"]
