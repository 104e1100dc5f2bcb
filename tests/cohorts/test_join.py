from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from lms.cohorts.models import Enrolment, Invitation, Nomination
from lms.cohorts.services import approve
from lms.extensions import db
from tests.factories import make_cohort, make_learner, make_nomination, make_person, make_staff
from tests.pages import text_of


@pytest.fixture
def cohort(app):
    return make_cohort("KZ", seats=1, is_self_enrolment_open=True)


@pytest.fixture
def address(cohort):
    return f"/learn/join/{cohort.slug}"


def enrolled_people() -> list[int]:
    found = db.session.scalars(db.select(Enrolment).where(Enrolment.withdrawn_at.is_(None)))
    return [one.person_id for one in found]


class TestJoin:
    def test_enrols_at_once_while_places_last(self, client_of, cohort, address, outbox):
        person = make_person("KZ", language="ka")
        client = client_of(person)
        assert "1 place is free." in text_of(client.get("/learn/join"))

        response = client.post(address)

        assert response.location == "/learn"
        assert enrolled_people() == [person.id]
        assert "You are in this cohort." in text_of(client.get("/learn/join"))
        (mail,) = outbox()
        assert mail.to == [person.email]

    def test_puts_the_next_on_the_waiting_list(self, client_of, cohort, address, outbox):
        client_of(make_person("KZ")).post(address)
        person = make_person("KZ")
        client = client_of(person)
        assert "All places are taken; you can wait for one." in text_of(client.get("/learn/join"))

        client.post(address)

        assert person.id not in enrolled_people()
        page = text_of(client.get("/learn/join"))
        assert "Number 1 of 1 in the queue of Kazakhstan." in page
        assert any("waiting list" in mail.subject for mail in outbox())

    def test_enrols_whoever_waits_when_a_place_falls_free(self, client_of, cohort, address, outbox):
        first, second = make_person("KZ"), make_person("KZ")
        nomination = make_nomination(
            cohort, make_staff("coordinator", "country", "KZ"), email=first.email
        )
        client_of(first).post(address)
        client_of(second).post(address)

        client_of(first).post(f"/learn/join/nominations/{nomination.id}/withdraw")

        assert enrolled_people() == [second.id]
        assert any(
            mail.to == [second.email] and "You have a place" in mail.subject for mail in outbox()
        )

    def test_is_refused_twice(self, client_of, cohort, address):
        client = client_of(make_person("KZ"))
        client.post(address)
        other = client_of(make_person("KZ"))
        other.post(address)

        assert client.post(address).status_code == 409
        assert other.post(address).status_code == 409
        assert len(db.session.scalars(db.select(Nomination)).all()) == 1

    def test_hides_cohorts_of_other_countries_and_closed_ones(self, client_of, address, cohort):
        closed = make_cohort("KZ")
        stranger = client_of(make_person("GE"))

        assert cohort.title not in stranger.get("/learn/join").text
        assert stranger.post(address).status_code == 404
        assert client_of(make_person("KZ")).post(f"/learn/join/{closed.slug}").status_code == 404
        assert enrolled_people() == []

    def test_asks_the_database_as_often_for_many_cohorts_as_for_one(
        self, client_of, cohort, count_queries
    ):
        client = client_of(make_person("KZ"))
        client.get("/learn/join")
        with count_queries() as one:
            client.get("/learn/join")
        for _number in range(5):
            make_cohort("KZ", is_self_enrolment_open=True)
        with count_queries() as many:
            page = client.get("/learn/join")

        assert page.text.count("Join now") == 6
        assert len(many) == len(one)

    def test_ends_with_the_last_day_of_the_country_not_of_greenwich(self, client_of):
        evening = datetime.now(UTC).replace(hour=20) + timedelta(days=9)
        day, before = evening.date(), evening.date() - timedelta(days=1)
        east = make_cohort("KZ", ends_on=day, time_zone="Asia/Almaty", is_self_enrolment_open=True)
        west = make_cohort(
            "KZ", ends_on=before, time_zone="Pacific/Pago_Pago", is_self_enrolment_open=True
        )
        person = make_person("KZ")

        with time_machine.travel(evening.replace(hour=5)):
            assert client_of(person).post(f"/learn/join/{west.slug}").location == "/learn"
        with time_machine.travel(evening):
            assert client_of(person).post(f"/learn/join/{east.slug}").status_code == 404

    def test_lets_nobody_withdraw_for_somebody_else(self, client_of, cohort):
        nomination = make_nomination(cohort, make_staff("coordinator", "country", "KZ"))

        response = client_of(make_person("KZ")).post(
            f"/learn/join/nominations/{nomination.id}/withdraw"
        )

        assert response.status_code == 404
        db.session.refresh(nomination)
        assert nomination.withdrawn_at is None

    def test_uses_up_a_place_that_was_given_by_nomination(self, client_of, cohort, address):
        person = make_person("KZ")
        focal_point = make_staff("coordinator", "country", "KZ")
        nomination = make_nomination(cohort, focal_point, email=person.email)
        approve(make_staff("coordinator", "programme", cohort.programme.slug), [nomination])
        db.session.commit()
        (sent,) = db.session.scalars(db.select(Invitation))

        client_of(person).post(address)
        path = f"/delegations/kz/{cohort.slug}/invitations/{sent.id}/withdraw"
        refused = client_of(focal_point).post(path)

        assert refused.status_code == 409
        assert enrolled_people() == [person.id]
        assert nomination.withdrawn_at is None

    def test_keeps_one_turn_for_whoever_has_another_address_now(self, client_of, cohort, address):
        make_learner(cohort)
        person = make_person("KZ")
        client_of(person).post(address)
        person.email = "renamed@example.org"
        db.session.commit()

        response = client_of(person).post(address)

        assert response.status_code == 409
        assert len(db.session.scalars(db.select(Nomination)).all()) == 1
