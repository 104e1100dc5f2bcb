"""Another attempt: how long to wait for it, and which of them counts."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from lms.cohorts.models import Cohort
from lms.extensions import db
from lms.progress.models import DoneStep
from lms.quizzes.models import Attempt
from tests.factories import make_cohort, make_staff, take_quiz
from tests.quizzes.reading import words_of

HOUR = timedelta(hours=1)


def attempt_count() -> int:
    db.session.expire_all()
    return db.session.scalar(select(func.count(Attempt.id)))


class TestWaitBetweenAttempts:
    @pytest.fixture
    def waiting(self, learner_in, client_of, set_quiz):
        """Somebody who has just failed a quiz that asks for a day between two attempts."""
        set_quiz(wait_hours=24, max_attempts=3)
        with time_machine.travel(datetime(2030, 12, 4, 16, 5, tzinfo=UTC), tick=False):
            learner = learner_in(time_zone="Asia/Seoul")
            take_quiz(learner.seat, right=0)
        with time_machine.travel(datetime(2030, 12, 4, 17, tzinfo=UTC)):
            learner.client = client_of(learner.person)
            yield learner

    def test_is_told_before_the_first_attempt(self, learner, set_quiz):
        set_quiz(wait_hours=24)

        assert "From the end of one attempt to the next: 24 hours." in words_of(
            learner.get("start")
        )

    @pytest.mark.parametrize("page", ["start", "attempt/1/result"])
    def test_names_the_earliest_retry_in_local_time(self, waiting, page):
        shown = words_of(waiting.get(page))

        assert "The next attempt may begin on 6 December 2030, 01:05 (UTC+9)." in shown
        assert "2 left." in shown or "2 attempts are left." in shown
        assert "Try again" not in shown
        assert "Start attempt" not in shown

    def test_is_kept_to(self, waiting):
        response = waiting.post("start")

        assert response.status_code == 409
        assert "waiting time between two attempts is not over" in words_of(response)
        assert attempt_count() == 1

    def test_ends_by_itself(self, waiting, client_of):
        with time_machine.travel(datetime(2030, 12, 5, 16, 5, tzinfo=UTC)):
            waiting.client = client_of(waiting.person)
            assert "Start attempt 2" in words_of(waiting.get("start"))
            assert waiting.post("start").status_code == 303

    def test_counts_from_the_end_of_an_attempt_that_ran_out(self, learner, set_quiz):
        set_quiz(wait_hours=2, limit_minutes=60)
        learner.start()

        with time_machine.travel(datetime.now(UTC) + 2.5 * HOUR):
            assert learner.post("start").status_code == 409
        with time_machine.travel(datetime.now(UTC) + 3.1 * HOUR):
            assert learner.post("start").status_code == 303

    def test_says_when_the_quiz_closes_before(self, learner_in, set_quiz):
        set_quiz(wait_hours=24)
        learner = learner_in(make_cohort(closes_at=datetime.now(UTC) + 5 * HOUR))
        take_quiz(learner.seat, right=0)

        start_page = words_of(learner.get("start"))

        assert "There is no time for another attempt." in start_page
        assert "There is no time for another attempt" in words_of(learner.get("attempt/1/result"))
        assert learner.post("start").status_code == 409


class TestCountedResult:
    @pytest.mark.parametrize(
        ("counts", "words", "percent", "number"),
        [("best", "best", 83, 2), ("last", "last", 50, 3), ("first", "first", 33, 1)],
    )
    def test_is_the_same_on_every_page(
        self, learner, client_of, set_quiz, counts, words, percent, number
    ):
        set_quiz(counts=counts)
        for right in (2, 5, 3):
            take_quiz(learner.seat, right=right)
        place, cohort = learner.seat, db.session.get_one(Cohort, learner.seat.cohort_id)
        other = 1 if number != 1 else 2
        coordinator = client_of(make_staff("coordinator", "country", "KZ"))

        result = words_of(learner.get(f"attempt/{other}/result"))
        transcript = learner.client.get(f"/learn/{place.cohort_slug}/{place.course_slug}/progress")
        record = coordinator.get(f"/delegations/kz/{cohort.slug}/people/{learner.person.id}")

        assert f"Your {words} result counts." in words_of(learner.get("start"))
        assert f"That is {percent} % in attempt {number}." in result
        assert f"{percent}%, passed" in words_of(transcript)
        passed = "passed in attempt 2" if counts == "best" else "counts, passed in another one"
        assert f"{percent} %" in words_of(record)
        assert passed in words_of(record)

    def test_takes_no_pass_back(self, learner, set_quiz):
        set_quiz(counts="last")
        take_quiz(learner.seat, right=6)
        take_quiz(learner.seat, right=0)

        start_page = words_of(learner.get("start"))
        result = words_of(learner.get("attempt/2/result"))

        assert "You have passed this quiz, and the pass stays yours." in start_page
        assert "You may try again. Your last result counts." in start_page
        assert "You have passed this quiz before, and the pass stays yours." in result
        assert "Try for a better result" not in result
        done = db.session.scalars(select(DoneStep)).all()
        assert [one.path for one in done] == ["who-says-so/check"]

    def test_waits_while_a_person_still_marks(self, learner):
        attempt = take_quiz(learner.seat, right=3)
        attempt.marked_at = attempt.is_passed = attempt.score_percent = None
        attempt.marks = dict(list(attempt.marks.items())[1:])
        db.session.commit()

        result = words_of(learner.get("attempt/1/result"))

        assert "Handed in, not marked yet" in result
        assert "Your result is" not in result
        assert "Not marked yet" in words_of(learner.get("start"))
