from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lms.cohorts import services
from lms.cohorts.models import Enrolment, Intake
from lms.cohorts.queries import taken_seats
from lms.extensions import db
from tests.factories import enrolled, make_cohort, make_learner, make_person, make_staff


@pytest.fixture
def coordinator(app):
    return make_staff("coordinator", "country", "KZ")


@pytest.fixture
def cohort(app):
    return make_cohort("KZ", seats=2)


class TestTakePlaces:
    def test_counts_people_invitations_and_links_once_each(self, coordinator, cohort):
        person, _seat = make_learner(cohort)
        cohort.seats = 5
        services.invite(coordinator, cohort, "new@example.org", "en")
        services.invite(coordinator, cohort, "New@example.org", "en")
        services.make_link(coordinator, cohort, "en")
        db.session.commit()

        assert taken_seats([cohort.id]) == {cohort.id: 3}
        assert services.Room(cohort).has(person.email)

    def test_keeps_a_place_for_an_invitation_until_it_expires(self, coordinator, cohort):
        sent = services.invite(coordinator, cohort, "one@example.org", "en")
        services.invite(coordinator, cohort, "two@example.org", "en")
        with pytest.raises(services.NoPlaceLeft):
            services.invite(coordinator, cohort, "three@example.org", "en")

        sent.expires_at = datetime.now(UTC) - timedelta(seconds=1)

        services.invite(coordinator, cohort, "three@example.org", "en")

    def test_sends_an_invitation_again_though_all_places_are_taken(self, coordinator, cohort):
        for address in ("one@example.org", "two@example.org", "one@example.org"):
            services.invite(coordinator, cohort, address, "en")

        assert taken_seats([cohort.id]) == {cohort.id: 2}

    def test_frees_the_place_of_whoever_leaves(self, coordinator, cohort):
        for _person in range(2):
            make_learner(cohort)
        db.session.scalars(db.select(Enrolment)).first().withdrawn_at = datetime.now(UTC)
        db.session.commit()

        services.invite(coordinator, cohort, "new@example.org", "en")

    def test_counts_nothing_where_there_is_no_limit(self, coordinator, count_queries):
        cohort = make_cohort("KZ")
        room = services.Room(cohort)

        with count_queries() as statements:
            for number in range(50):
                room.take(f"person{number}@example.org")

        assert statements == []

    def test_asks_the_database_as_often_for_many_as_for_one(self, cohort, count_queries):
        cohort.seats = 1000
        db.session.commit()

        with count_queries() as statements:
            room = services.Room(cohort)
            for number in range(500):
                room.take(f"person{number}@example.org")

        assert len([one for one in statements if one.startswith("SELECT")]) <= 7

    def test_keeps_a_seat_that_went_to_another_country(self, app):
        here, there = make_cohort("KZ", seats=1), make_cohort("GE", seats=1)
        intake = Intake(programme_id=here.programme_id, title="Autumn")
        db.session.add(intake)
        db.session.flush()
        here.intake_id = there.intake_id = intake.id
        for _number in range(2):  # one of them on the seat of Georgia
            enrolled(make_person(), here)

        with pytest.raises(services.NoPlaceLeft):
            services.Room(there).take("new@example.org")
