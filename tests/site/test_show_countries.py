from __future__ import annotations

from sqlalchemy import select

from lms.cohorts import cli
from lms.cohorts.models import Cohort, Programme
from lms.extensions import db
from tests.factories import make_cohort, make_staff
from tests.pages import text_of

SERBIA = """
[RS]
languages = ["sr"]
scripts = ["Cyrl", "Latn"]
time_zone = "Europe/Belgrade"
date_pattern = "d. M. y."
is_family_name_first = false
has_delegations = true
"""


class TestShowCountries:
    def test_tells_what_each_country_needs(self, client_of):
        page = text_of(client_of(make_staff("administrator")).get("/admin/countries"))

        assert "Kazakhstan KZ Kazakh, Russian Cyrl, Latn Given name first Asia/Almaty" in page
        assert "Central Asia, Turkic states" in page
        assert "South Korea KR, hosts" in page


class TestNewCountry:
    def test_is_a_table_in_a_file_and_nothing_else(self, client_of, monkeypatch, tmp_path):
        table = tmp_path / "countries.toml"
        table.write_text(cli.COUNTRIES.read_text(encoding="utf-8") + SERBIA, encoding="utf-8")
        monkeypatch.setattr(cli, "COUNTRIES", table)
        cli.load_countries()
        make_cohort("KZ")
        db.session.commit()

        page = text_of(client_of(make_staff("administrator")).get("/admin/countries"))
        client = client_of(make_staff("coordinator", "country", "RS", country="RS"))
        form = client.get("/delegations/rs/new")
        response = client.post(
            "/delegations/rs/new",
            data={
                "programme_id": db.session.scalars(select(Programme.id)).first(),
                "title": "Serbia, 2026",
                "starts_on": "2026-12-01",
                "ends_on": "2027-03-01",
                "time_zone": "Europe/Belgrade",
                "certificate_language": "en",
                "row_version": "1",
            },
        )

        assert "Serbia RS Serbian Cyrl, Latn Given name first Europe/Belgrade" in page
        assert '<option selected value="Europe/Belgrade">' in form.text
        assert response.status_code == 303
        made = db.session.scalars(select(Cohort).where(Cohort.country_code == "RS")).one()
        assert made.slug == "rs-2026"
        assert "Serbia delegation" in text_of(client.get(f"/delegations/rs/{made.slug}"))
