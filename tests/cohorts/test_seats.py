from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lms.cohorts.models import Enrolment
from lms.cohorts.queries import coordinated_cohort, coordinated_cohorts, seat_of, seats_of
from lms.errors import NotFound
from lms.extensions import db
from tests.factories import make_cohort, make_learner, make_person, make_staff


class TestSeat:
    def test_is_the_persons_own(self, app):
        person, seat = make_learner()

        assert seat_of(person, seat.cohort_slug, seat.course_slug) == seat
        assert seats_of(person) == [seat]

    def test_is_nobody_elses(self, app):
        _person, seat = make_learner()

        with pytest.raises(NotFound):
            seat_of(make_person(), seat.cohort_slug, seat.course_slug)

    def test_closes_when_the_person_leaves(self, app):
        person, seat = make_learner()
        db.session.get_one(Enrolment, seat.enrolment_id).withdrawn_at = datetime.now(UTC)
        db.session.commit()

        assert seats_of(person) == []
        with pytest.raises(NotFound):
            seat_of(person, seat.cohort_slug, seat.course_slug)


class TestCoordinatedCohorts:
    def test_are_those_of_the_country_and_those_named(self, app):
        own, named, other = make_cohort("KZ"), make_cohort("GE"), make_cohort("AM")
        by_country = make_staff("coordinator", "country", "KZ")
        by_name = make_staff("coordinator", "cohort", named.slug)

        assert list(db.session.scalars(coordinated_cohorts(by_country))) == [own]
        assert list(db.session.scalars(coordinated_cohorts(by_name))) == [named]
        assert coordinated_cohort(by_country, "kz", own.slug) == own
        with pytest.raises(NotFound):
            coordinated_cohort(by_country, "am", other.slug)

    def test_are_none_without_the_role(self, app):
        make_cohort("KZ")

        assert list(db.session.scalars(coordinated_cohorts(make_staff("officer")))) == []
