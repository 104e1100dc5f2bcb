"""A mentor sees the own cohorts: names, how far, and answers once a quiz is closed for everybody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lms.extensions import db
from lms.quizzes.models import Attempt
from tests.factories import FIRST_QUIZ, make_cohort, make_learner, make_staff, take_quiz


@pytest.fixture
def cohort(app):
    return make_cohort()


def close(attempt: Attempt) -> None:
    attempt.closes_at = datetime.now(UTC) - timedelta(minutes=1)
    db.session.commit()


class TestCohort:
    def test_shows_names_and_progress_and_nothing_else(self, cohort, client_of):
        person, _seat = make_learner(cohort)
        mentor = make_staff("mentor", "cohort", cohort.slug)

        page = client_of(mentor).get(f"/teach/cohorts/{cohort.slug}")

        assert person.family_name_latin in page.text
        assert "0 of 32" in page.text
        assert person.email not in page.text

    def test_is_the_first_page_where_there_is_only_one(self, cohort, client_of):
        mentor = make_staff("mentor", "cohort", cohort.slug)

        answer = client_of(mentor).get("/teach/cohorts")

        assert answer.headers["Location"] == f"/teach/cohorts/{cohort.slug}"

    def test_is_a_404_for_another_cohort(self, cohort, client_of):
        mentor = client_of(make_staff("mentor", "cohort", cohort.slug))
        stranger, _seat = make_learner(other := make_cohort())

        assert mentor.get(f"/teach/cohorts/{other.slug}").status_code == 404
        address = f"/teach/cohorts/{cohort.slug}/people/{stranger.id}"
        assert mentor.get(address).status_code == 404

    def test_costs_the_same_for_many(self, cohort, client_of, count_queries):
        mentor = client_of(make_staff("mentor", "cohort", cohort.slug))
        make_learner(cohort)
        mentor.get(f"/teach/cohorts/{cohort.slug}")
        with count_queries() as for_one:
            mentor.get(f"/teach/cohorts/{cohort.slug}")
        for _number in range(4):
            make_learner(cohort)

        with count_queries() as for_five:
            mentor.get(f"/teach/cohorts/{cohort.slug}")

        assert len(for_five) <= len(for_one)


class TestAttempt:
    def test_is_read_once_the_quiz_is_closed(self, cohort, client_of):
        person, seat = make_learner(cohort)
        attempt = take_quiz(seat, FIRST_QUIZ)
        mentor = client_of(make_staff("mentor", "cohort", cohort.slug))
        address = f"/teach/cohorts/{cohort.slug}/people/{person.id}"
        assert f"attempts/{attempt.id}" not in mentor.get(address).text
        assert mentor.get(f"{address}/attempts/{attempt.id}").status_code == 404

        close(attempt)

        assert f"attempts/{attempt.id}" in mentor.get(address).text
        page = mentor.get(f"{address}/attempts/{attempt.id}")
        assert page.status_code == 200
        assert "100 % of the points" in page.text

    def test_closes_with_the_course_and_else_with_the_cohort(self, app, client_of):
        over = make_cohort(
            starts_on=datetime.now(UTC).date() - timedelta(days=30),
            ends_on=datetime.now(UTC).date() + timedelta(days=1),
        )
        person, seat = make_learner(over)
        attempt = take_quiz(seat, FIRST_QUIZ)
        mentor = client_of(make_staff("mentor", "cohort", over.slug))
        address = f"/teach/cohorts/{over.slug}/people/{person.id}/attempts/{attempt.id}"
        assert mentor.get(address).status_code == 404

        over.ends_on = datetime.now(UTC).date() - timedelta(days=2)
        db.session.commit()

        assert mentor.get(address).status_code == 200

    def test_is_not_read_while_it_is_open(self, cohort, client_of):
        person, seat = make_learner(cohort)
        attempt = take_quiz(seat, FIRST_QUIZ)
        close(attempt)
        attempt.submitted_at = attempt.marked_at = attempt.is_passed = attempt.score_percent = None
        db.session.commit()
        mentor = client_of(make_staff("mentor", "cohort", cohort.slug))

        answer = mentor.get(
            f"/teach/cohorts/{cohort.slug}/people/{person.id}/attempts/{attempt.id}"
        )

        assert answer.status_code == 404

    def test_is_not_read_through_somebody_else(self, cohort, client_of):
        person, seat = make_learner(cohort)
        other, _seat = make_learner(cohort)
        attempt = take_quiz(seat, FIRST_QUIZ)
        close(attempt)
        mentor = client_of(make_staff("mentor", "cohort", cohort.slug))
        address = f"/teach/cohorts/{cohort.slug}/people"

        assert mentor.get(f"{address}/{other.id}/attempts/{attempt.id}").status_code == 404
        assert mentor.get(f"{address}/{person.id}/attempts/{attempt.id}").status_code == 200
