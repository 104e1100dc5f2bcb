from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
import time_machine
from sqlalchemy import func, select

from lms.audit.models import AuditEvent
from lms.extensions import db
from lms.jobs.services import run_due
from lms.quizzes.models import Attempt
from tests.factories import take_quiz
from tests.quizzes.reading import words_of

MINUTE = timedelta(minutes=1)
QUIET = {"Accept": "application/json"}


@pytest.fixture
def timed(learner, set_quiz):
    """An attempt of half an hour that can be lengthened."""
    set_quiz(limit_minutes=30)
    return learner.start()


def clock_of(learner):
    return learner.client.get(learner.url("attempt/1/clock"), headers=QUIET)


def minutes_allowed(attempt) -> float:
    db.session.refresh(attempt)
    return (attempt.deadline_at - attempt.started_at) / MINUTE


class TestReadClock:
    def test_tells_what_is_left_and_what_can_be_added(self, learner, timed):
        response = clock_of(learner)

        assert response.status_code == 200
        told = response.get_json()
        assert 1790 <= told.pop("seconds_left") <= 1800
        assert told.pop("csrf_token")
        assert told == {
            "is_open": True,
            "can_extend": True,
            "extend_minutes": 6,
            "extension": 1,
            "limit": "30 min",
        }

    def test_says_nothing_of_time_where_there_is_no_limit(self, learner):
        learner.start()

        told = clock_of(learner).get_json()

        assert told["seconds_left"] is None
        assert told["can_extend"] is False
        assert told["limit"] == ""

    def test_says_when_the_time_is_over(self, learner, timed):
        with time_machine.travel(datetime.now(UTC) + 60 * MINUTE):
            told = clock_of(learner).get_json()

        assert told["is_open"] is False
        assert told["seconds_left"] == 0
        assert told["can_extend"] is False

    def test_gives_a_token_that_a_post_can_use(self, app, learner, timed):
        app.config["WTF_CSRF_ENABLED"] = True
        try:
            token = clock_of(learner).get_json()["csrf_token"]
            refused = learner.post("attempt/1/extend", quiet=True)
            accepted = learner.post("attempt/1/extend", quiet=True, csrf_token=token)
        finally:
            app.config["WTF_CSRF_ENABLED"] = False

        assert refused.status_code == 400
        assert accepted.status_code == 200

    def test_changes_nothing(self, learner, timed, count_queries):
        with count_queries() as statements:
            clock_of(learner)

        assert all(one.startswith(("SELECT", "BEGIN")) for one in statements), statements
        assert len(statements) <= 5, statements

    def test_is_not_there_for_others(self, learner, learner_in, timed):
        stranger = learner_in()

        assert stranger.client.get(learner.url("attempt/1/clock")).status_code == 404


class TestExtendAttempt:
    def test_adds_a_fifth_of_the_limit_and_goes_back_to_the_question(self, learner, timed):
        response = learner.post("attempt/1/extend", extension=1, next=3)

        assert response.status_code == 303
        assert response.location == learner.url("attempt/1/3")
        assert minutes_allowed(timed) == 36
        assert "36 min (30 + 6 added)" in words_of(learner.get("attempt/1/3"))
        assert "More time: add 6 minutes (9 of 10 left)" in words_of(learner.get("attempt/1/3"))

    def test_goes_back_to_the_check_of_the_answers(self, learner, timed):
        page = words_of(learner.get("attempt/1/review"))
        response = learner.post("attempt/1/extend", extension=1)

        assert "More time: add 6 minutes (10 of 10 left)" in page
        assert response.location == learner.url("attempt/1/review")

    def test_tells_the_script_the_new_time(self, learner, timed):
        told = learner.post("attempt/1/extend", quiet=True, extension=1).get_json()

        assert 2150 <= told["seconds_left"] <= 2160
        assert told["limit"] == "36 min (30 + 6 added)"
        assert told["extension"] == 2

    def test_adds_once_when_the_same_press_arrives_again(self, learner, timed):
        for _press in range(2):
            learner.post("attempt/1/extend", extension=1)

        assert minutes_allowed(timed) == 36

    def test_adds_once_when_two_arrive_together(self, app, learner, timed):
        def press():
            with app.app_context():
                learner.post("attempt/1/extend", extension=1)

        db.session.commit()
        presses = [Thread(target=press) for _ in range(4)]
        for one in presses:
            one.start()
        for one in presses:
            one.join()

        assert minutes_allowed(timed) == 36

    def test_can_be_had_ten_times(self, learner, timed):
        answers = [learner.post("attempt/1/extend", extension=number) for number in range(1, 12)]

        assert [one.status_code for one in answers] == [303] * 10 + [409]
        assert minutes_allowed(timed) == 90
        assert "ask your coordinator for extra time" in words_of(answers[-1])
        assert "More time" not in words_of(learner.get("attempt/1/1"))

    def test_is_written_down(self, learner, timed):
        learner.post("attempt/1/extend", extension=1)

        event = db.session.scalars(select(AuditEvent).filter_by(action="extend_attempt")).one()
        assert event.object_id == str(timed.id)
        assert event.details["seconds"] == 360

    def test_keeps_the_attempt_open_past_its_first_deadline(self, learner, timed):
        learner.post("attempt/1/extend", extension=1)

        with time_machine.travel(datetime.now(UTC) + 33 * MINUTE):
            run_due()
            assert learner.get("attempt/1/1").status_code == 200
        with time_machine.travel(datetime.now(UTC) + 37 * MINUTE):
            run_due()

        db.session.refresh(timed)
        assert timed.submitted_at == timed.deadline_at

    @pytest.mark.parametrize("minutes", [31, 60])
    def test_comes_too_late_after_the_deadline(self, learner, timed, minutes):
        with time_machine.travel(datetime.now(UTC) + minutes * MINUTE):
            response = learner.post("attempt/1/extend", extension=1)

        assert response.status_code == 409
        assert minutes_allowed(timed) == 30

    def test_comes_too_late_after_handing_in(self, learner, set_quiz):
        set_quiz(limit_minutes=30)
        attempt = take_quiz(learner.seat)

        assert learner.post("attempt/1/extend", extension=1).status_code == 409
        assert minutes_allowed(attempt) == 30

    def test_is_refused_where_the_limit_is_essential(self, learner, set_quiz):
        set_quiz(limit_minutes=30, essential="Speed is what it measures.")
        attempt = learner.start()

        page = words_of(learner.get("attempt/1/1"))
        response = learner.post("attempt/1/extend", extension=1)

        assert "More time" not in page
        assert response.status_code == 409
        assert "cannot be lengthened" in words_of(response)
        assert minutes_allowed(attempt) == 30

    def test_is_not_offered_without_a_limit(self, learner):
        learner.start()

        assert "More time" not in words_of(learner.get("attempt/1/1"))
        assert learner.post("attempt/1/extend", extension=1).status_code == 409

    def test_is_not_there_for_others(self, learner, learner_in, timed):
        stranger = learner_in()

        response = stranger.client.post(learner.url("attempt/1/extend"), data={"extension": 1})

        assert response.status_code == 404
        assert db.session.scalar(select(func.sum(Attempt.extended_seconds))) == 0
