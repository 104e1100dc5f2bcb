"""Extra time for a person or a cohort, given by those who may."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.cohorts.models import Cohort
from lms.extensions import db
from lms.jobs.services import run_due
from lms.quizzes.models import ExtraTime
from lms.quizzes.services import grant_extra_time
from tests.factories import enrolment_of, make_cohort, make_staff
from tests.quizzes.reading import words_of

MINUTE = timedelta(minutes=1)
REASON = "Uses a screen reader"


@pytest.fixture
def coordinator(app):
    return make_staff("coordinator", "country", "KZ")


@pytest.fixture
def instructor(app):
    return make_staff("instructor", "course", "digital-id")


@pytest.fixture
def timed(learner, set_quiz):
    set_quiz(limit_minutes=30)
    return learner


def give(person, holder, factor=2.0, reason=REASON):
    running = grant_extra_time(person, holder, factor, reason)
    db.session.commit()
    return running


def cohort_of(learner) -> Cohort:
    return db.session.get_one(Cohort, learner.seat.cohort_id)


def minutes_allowed(attempt) -> float:
    db.session.refresh(attempt)
    return (attempt.deadline_at - attempt.started_at) / MINUTE


class TestGrantExtraTime:
    def test_is_told_before_the_start_and_during_the_attempt(self, timed, coordinator):
        give(coordinator, timed.person)

        page = words_of(timed.get("start"))
        attempt = timed.start()

        assert "60 min (30 + 30 extra time)" in page
        assert minutes_allowed(attempt) == 60
        assert "60 min (30 + 30 extra time)" in words_of(timed.get("attempt/1/1"))

    @pytest.mark.parametrize(
        ("person", "cohort", "minutes"), [(2, 1.5, 60), (1.2, 1.5, 45), (1, 1.5, 45), (1.1, 1, 33)]
    )
    def test_holds_as_the_larger_of_person_and_cohort(
        self, timed, coordinator, person, cohort, minutes
    ):
        give(coordinator, timed.person, person)
        give(coordinator, cohort_of(timed), cohort)

        assert minutes_allowed(timed.start()) == minutes

    def test_lengthens_an_attempt_under_way_without_a_new_page(self, timed, coordinator):
        attempt = timed.start()

        running = give(coordinator, timed.person)

        assert running == 1
        assert minutes_allowed(attempt) == 60
        told = timed.get("attempt/1/clock").get_json()
        assert told["seconds_left"] > 59 * 60
        assert told["limit"] == "60 min (30 + 30 extra time)"

    def test_lengthens_the_attempts_of_a_whole_cohort_and_no_others(
        self, timed, learner_in, coordinator
    ):
        cohort = cohort_of(timed)
        mate, stranger = learner_in(cohort), learner_in()
        attempts = [one.start() for one in (timed, mate, stranger)]

        assert give(coordinator, cohort, 1.5) == 2

        assert [minutes_allowed(one) for one in attempts] == [45, 45, 30]

    def test_never_shortens_an_attempt_under_way(self, timed, coordinator):
        give(coordinator, timed.person, 3)
        attempt = timed.start()

        give(coordinator, timed.person, 1)

        assert minutes_allowed(attempt) == 90
        timed.post("attempt/1/submit")
        assert minutes_allowed(timed.start()) == 30

    def test_keeps_what_the_learner_added(self, timed, coordinator):
        attempt = timed.start()
        timed.post("attempt/1/extend", extension=1)

        give(coordinator, timed.person)

        assert minutes_allowed(attempt) == 66
        assert "66 min (30 + 30 extra time + 6 added)" in words_of(timed.get("attempt/1/1"))

    def test_is_not_eaten_by_the_closing_time(self, learner_in, set_quiz, coordinator):
        set_quiz(limit_minutes=30)
        closes_at = datetime.now(UTC) + 10 * MINUTE
        learner = learner_in(make_cohort(closes_at=closes_at))
        give(coordinator, learner.person)

        attempt = learner.start()

        assert attempt.deadline_at == closes_at + 30 * MINUTE

    def test_lets_the_attempt_be_handed_in_at_its_new_end(self, timed, coordinator):
        attempt = timed.start()
        give(coordinator, timed.person)

        with time_machine.travel(datetime.now(UTC) + 35 * MINUTE):
            run_due()
            db.session.refresh(attempt)
            assert attempt.submitted_at is None
        with time_machine.travel(datetime.now(UTC) + 61 * MINUTE):
            run_due()

        db.session.refresh(attempt)
        assert attempt.submitted_at == attempt.deadline_at == attempt.started_at + 60 * MINUTE

    def test_does_not_open_an_attempt_whose_time_is_over(self, timed, coordinator):
        attempt = timed.start()

        with time_machine.travel(datetime.now(UTC) + 31 * MINUTE):
            assert give(coordinator, timed.person) == 0

        assert minutes_allowed(attempt) == 30

    def test_leaves_untimed_quizzes_untimed(self, learner, coordinator):
        attempt = learner.start()

        give(coordinator, learner.person)

        db.session.refresh(attempt)
        assert attempt.deadline_at is None
        assert "No time limit" in words_of(learner.get("start"))

    def test_leaves_who_has_withdrawn_alone(self, timed, coordinator):
        timed.start()
        enrolment_of(timed.seat).withdrawn_at = datetime.now(UTC)
        db.session.commit()

        assert give(coordinator, timed.person) == 0

    def test_keeps_one_row_and_the_whole_history(self, timed, coordinator):
        give(coordinator, timed.person, 2, "First reason")
        give(coordinator, timed.person, 1.5, "Second reason")

        [row] = db.session.scalars(select(ExtraTime))
        assert (row.factor, row.reason) == (1.5, "Second reason")
        events = list(db.session.scalars(select(AuditEvent).filter_by(action="grant_extra_time")))
        assert [(one.reason, one.details["factor"]) for one in events] == [
            ("First reason", 2),
            ("Second reason", 1.5),
        ]
        assert {one.country_code for one in events} == {"KZ"}


class TestCoordinatorGivesExtraTime:
    def url(self, learner, page=""):
        return f"/delegations/kz/{learner.seat.cohort_slug}{page}"

    def test_gives_it_to_a_person(self, client_of, timed, coordinator):
        client = client_of(coordinator)
        address = self.url(timed, f"/people/{timed.person.id}")

        response = client.post(f"{address}/extra-time", data={"percent": "50", "reason": REASON})

        assert response.status_code == 303
        assert response.location == address
        [row] = db.session.scalars(select(ExtraTime))
        assert (row.person_id, row.cohort_id, row.factor) == (timed.person.id, None, 1.5)
        assert row.granted_by_id == coordinator.id
        page = words_of(client.get(address))
        assert "50 % more time (× 1.5)" in page
        assert REASON in page

    def test_gives_it_to_the_cohort(self, client_of, timed, coordinator):
        client = client_of(coordinator)

        response = client.post(
            self.url(timed, "/extra-time"), data={"percent": "100", "reason": REASON}
        )

        assert response.location == self.url(timed, "/times")
        [row] = db.session.scalars(select(ExtraTime))
        assert (row.person_id, row.cohort_id, row.factor) == (None, timed.seat.cohort_id, 2)
        assert "100 % more time (× 2)" in words_of(client.get(self.url(timed, "/times")))
        person_page = words_of(client.get(self.url(timed, f"/people/{timed.person.id}")))
        assert "The whole cohort has 100 % more time (× 2); the larger of the two holds." in (
            person_page
        )

    @pytest.mark.parametrize("page", ["", "/people/{person}"])
    @pytest.mark.parametrize(
        ("percent", "reason"),
        [("50", ""), ("50", "  "), ("", REASON), ("half", REASON), ("-1", REASON), ("901", REASON)],
    )
    def test_asks_for_a_share_and_a_reason(
        self, client_of, timed, coordinator, page, percent, reason
    ):
        address = self.url(timed, page.format(person=timed.person.id)) + "/extra-time"

        response = client_of(coordinator).post(address, data={"percent": percent, "reason": reason})

        assert response.status_code == 422
        assert "There is a problem" in words_of(response)
        assert db.session.scalar(select(ExtraTime)) is None

    def test_keeps_to_the_own_country(self, client_of, timed):
        stranger = client_of(make_staff("coordinator", "country", "GE"))
        data = {"percent": "50", "reason": REASON}

        by_person = stranger.post(
            self.url(timed, f"/people/{timed.person.id}/extra-time"), data=data
        )
        by_cohort = stranger.post(self.url(timed, "/extra-time"), data=data)

        assert (by_person.status_code, by_cohort.status_code) == (404, 404)
        assert db.session.scalar(select(ExtraTime)) is None

    def test_keeps_to_the_people_of_the_cohort(self, client_of, timed, learner_in, coordinator):
        other = learner_in(make_cohort("GE"))

        response = client_of(coordinator).post(
            self.url(timed, f"/people/{other.person.id}/extra-time"),
            data={"percent": "50", "reason": REASON},
        )

        assert response.status_code == 404


class TestInstructorGivesExtraTime:
    URL = "/teach/digital-id/extra-time"

    def test_gives_it_to_a_person_of_the_course(self, client_of, timed, instructor):
        client = client_of(instructor)
        data = {"holder": f"person-{timed.person.id}", "percent": "25", "reason": REASON}

        response = client.post(self.URL, data=data)

        assert response.location == self.URL
        [row] = db.session.scalars(select(ExtraTime))
        assert (row.person_id, row.factor) == (timed.person.id, 1.25)
        page = words_of(client.get(self.URL))
        assert f"{timed.person.name_latin} 25 % more time (× 1.25)" in page

    def test_gives_it_to_a_cohort_of_the_course(self, client_of, timed, instructor):
        client = client_of(instructor)
        data = {"holder": f"cohort-{timed.seat.cohort_id}", "percent": "50", "reason": REASON}

        client.post(self.URL, data=data)

        [row] = db.session.scalars(select(ExtraTime))
        assert (row.cohort_id, row.factor) == (timed.seat.cohort_id, 1.5)
        assert f"Cohort {timed.seat.cohort_title} 50 %" in words_of(client.get(self.URL))

    def test_refuses_who_does_not_take_the_course(self, client_of, timed, instructor):
        elsewhere = make_cohort(courses=())

        for holder in (f"person-{instructor.id}", f"cohort-{elsewhere.id}", "person-0", ""):
            response = client_of(instructor).post(
                self.URL, data={"holder": holder, "percent": "50", "reason": REASON}
            )
            assert response.status_code == 422

        assert db.session.scalar(select(ExtraTime)) is None

    def test_is_not_there_for_other_courses_instructors(self, client_of, timed):
        stranger = client_of(make_staff("instructor", "course", "data-government"))
        data = {"holder": f"person-{timed.person.id}", "percent": "50", "reason": REASON}

        assert stranger.get(self.URL).status_code == 404
        assert stranger.post(self.URL, data=data).status_code == 404

    def test_counts_its_statements(self, client_of, timed, learner_in, instructor, count_queries):
        for _one in range(3):
            learner_in(cohort_of(timed))
        client = client_of(instructor)
        client.get(self.URL)

        with count_queries() as statements:
            client.get(self.URL)

        assert len(statements) <= 9, statements
