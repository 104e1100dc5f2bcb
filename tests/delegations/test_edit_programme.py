from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.cohorts.models import Programme
from lms.extensions import db
from tests.factories import make_cohort, make_partner, make_staff
from tests.pages import text_of

FACTS = {
    "title": "Digital government study visits",
    "slug": "study-visits",
    "starts_on": "2021-08-24",
    "ends_on": "",
    "credit_line": "Made possible by the Republic of Korea.",
    "signatory_role": "Programme director",
    "row_version": "1",
}


def programmes() -> list[Programme]:
    return list(db.session.scalars(select(Programme).order_by(Programme.id)))


@pytest.fixture
def administrator(app):
    return make_staff("administrator")


@pytest.fixture
def programme(app):
    return make_cohort("KZ").programme


class TestMakeProgramme:
    def test_saves_what_was_typed_and_shows_it(self, client_of, administrator):
        client = client_of(administrator)

        response = client.post("/programmes/new", data=FACTS)

        assert response.status_code == 303
        (made,) = programmes()
        assert (made.slug, made.starts_on, made.ends_on) == (
            "study-visits",
            date(2021, 8, 24),
            None,
        )
        page = text_of(client.get("/programmes/study-visits"))
        assert "Since 24 August 2021. No end is stated." in page
        assert "Made possible by the Republic of Korea." in page

    def test_makes_the_short_name_from_the_title(self, client_of, administrator):
        client_of(administrator).post("/programmes/new", data={**FACTS, "slug": ""})

        assert programmes()[0].slug == "digital-government-study-visits"

    @pytest.mark.parametrize(
        ("field", "typed"),
        [
            ("title", ""),
            ("title", "x" * 201),
            ("slug", "Study Visits"),
            ("slug", "new"),
            ("starts_on", "24.08.2021"),
            ("starts_on", "0021-08-24"),
            ("ends_on", "2021-08-23"),
            ("credit_line", "x" * 301),
            ("credit_line", "አበበ"),
            ("signatory_role", " "),
        ],
    )
    def test_explains_what_cannot_be(self, client_of, administrator, field, typed):
        response = client_of(administrator).post("/programmes/new", data={**FACTS, field: typed})

        assert response.status_code == 422
        assert f'href="#{field}"' in response.text
        assert "Digital government study visits" in response.text or field == "title"
        assert not programmes()

    def test_needs_a_short_name_where_the_title_has_no_latin_letters(
        self, client_of, administrator
    ):
        facts = {**FACTS, "title": "Цифровое правительство", "slug": ""}

        response = client_of(administrator).post("/programmes/new", data=facts)

        assert response.status_code == 422
        assert "Write a short name" in text_of(response)

    def test_refuses_a_short_name_twice(self, client_of, administrator):
        client = client_of(administrator)
        client.post("/programmes/new", data=FACTS)

        response = client.post("/programmes/new", data=FACTS)

        assert response.status_code == 422
        assert "short name already" in text_of(response)
        assert len(programmes()) == 1


class TestEditProgramme:
    def test_saves_a_change_and_logs_before_and_after(self, client_of, programme):
        coordinator = make_staff("coordinator", "programme", programme.slug)
        facts = {**FACTS, "title": "Another title"}

        response = client_of(coordinator).post(f"/programmes/{programme.slug}/edit", data=facts)

        assert response.status_code == 303
        db.session.refresh(programme)
        assert (programme.title, programme.row_version) == ("Another title", 2)
        event = db.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "change_programme")
        ).one()
        assert event.object_id == programme.slug
        assert event.details["before"]["title"] == "Study visits"
        assert event.details["after"]["title"] == "Another title"

    def test_shows_both_texts_to_the_second_of_two(self, client_of, administrator, programme):
        client = client_of(administrator)
        address = f"/programmes/{programme.slug}/edit"
        client.post(address, data={**FACTS, "title": "Theirs"})

        response = client.post(address, data={**FACTS, "title": "Mine"})

        assert response.status_code == 409
        page = text_of(response)
        assert "Title Theirs Mine" in page
        assert 'value="Mine"' in response.text
        db.session.refresh(programme)
        assert programme.title == "Theirs"

        again = client.post(address, data={**FACTS, "title": "Mine", "row_version": "2"})

        assert again.status_code == 303
        db.session.refresh(programme)
        assert programme.title == "Mine"

    def test_hides_the_form_from_coordinators_of_a_country(self, client_of, programme):
        coordinator = make_staff("coordinator", "country", "KZ")
        client = client_of(coordinator)

        assert client.get(f"/programmes/{programme.slug}").status_code == 200
        assert client.get(f"/programmes/{programme.slug}/edit").status_code == 404
        assert client.post(f"/programmes/{programme.slug}/edit", data=FACTS).status_code == 404


class TestShowProgramme:
    def test_shows_a_coordinator_the_own_cohorts_alone(self, client_of):
        here, there = make_cohort("KZ"), make_cohort("GE")
        there.programme_id = here.programme_id
        db.session.commit()
        coordinator = make_staff("coordinator", "country", "KZ")

        page = text_of(client_of(coordinator).get(f"/programmes/{here.programme.slug}"))

        assert here.title in page
        assert there.title not in page

    def test_shows_an_administrator_all_cohorts(self, client_of, administrator):
        here, there = make_cohort("KZ"), make_cohort("GE")
        there.programme_id = here.programme_id
        db.session.commit()

        page = text_of(client_of(administrator).get(f"/programmes/{here.programme.slug}"))

        assert here.title in page
        assert there.title in page

    def test_asks_as_little_however_many_cohorts_there_are(
        self, client_of, administrator, programme, count_queries
    ):
        client = client_of(administrator)
        make_partner(programme)
        client.get(f"/programmes/{programme.slug}")
        with count_queries() as one:
            client.get(f"/programmes/{programme.slug}")
        for country in ("GE", "AM", "UZ"):
            make_cohort(country).programme_id = programme.id
        db.session.commit()

        with count_queries() as many:
            client.get(f"/programmes/{programme.slug}")

        assert len(many) == len(one) <= 12


class TestMakeRound:
    def test_saves_it_and_lists_it(self, client_of, administrator, programme):
        client = client_of(administrator)
        data = {"title": "Autumn 2026", "closes": "2026-12-01T18:00", "spare_rule": "keep"}

        response = client.post(f"/programmes/{programme.slug}/intakes/new", data=data)

        assert response.status_code == 303
        page = text_of(client.get(f"/programmes/{programme.slug}"))
        assert "Autumn 2026" in page
        assert "To nobody: they stay with the country" in page

    def test_refuses_a_title_twice(self, client_of, administrator, programme):
        client = client_of(administrator)
        data = {"title": "Autumn 2026", "spare_rule": "keep"}
        client.post(f"/programmes/{programme.slug}/intakes/new", data=data)

        response = client.post(f"/programmes/{programme.slug}/intakes/new", data=data)

        assert response.status_code == 422
        assert "round with this title already" in text_of(response)
