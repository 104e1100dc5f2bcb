from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
import time_machine
from sqlalchemy import func, select

from lms.cohorts.models import Enrolment
from lms.courses.models import CourseVersion
from lms.courses.queries import forget_cached, items_of
from lms.extensions import db
from lms.jobs.models import Job
from lms.jobs.services import run_due
from lms.quizzes.models import Attempt
from lms.quizzes.rules import GRACE
from lms.quizzes.services import hand_in_overdue, save_answer
from tests.factories import (
    FIRST_QUIZ,
    leave_english_alone,
    make_cohort,
    right_answer,
    sitting,
    take_quiz,
)
from tests.quizzes.reading import words_of

HOUR = timedelta(hours=1)


def attempts() -> list[Attempt]:
    db.session.expire_all()
    return list(db.session.scalars(select(Attempt).order_by(Attempt.id)))


class TestShowStart:
    def test_says_what_to_expect(self, learner):
        page = words_of(learner.get("start"))

        assert "Questions 6" in page
        assert "4 of 6 right (60 %)" in page
        assert "No time limit" in page
        assert "As many as you like" in page
        assert "Shown after you submit" in page
        assert "Start the quiz" in page

    def test_counts_the_attempts_that_are_left(self, learner, set_quiz):
        set_quiz(max_attempts=3)
        take_quiz(learner.seat, right=0)

        page = words_of(learner.get("start"))

        assert "1 of 3 used" in page
        assert "2 left." in page
        assert "Start attempt 2" in page

    def test_names_the_time_limit(self, learner, set_quiz):
        set_quiz(limit_minutes=45)

        assert "45 minutes" in words_of(learner.get("start"))

    def test_warns_when_the_quiz_closes_before_the_time_is_used(self, learner_in, set_quiz):
        set_quiz(limit_minutes=45)
        closes_at = datetime.now(UTC) + timedelta(minutes=20, seconds=30)
        learner = learner_in(make_cohort(closes_at=closes_at))

        assert "if you start now, you have 20 minutes" in words_of(learner.get("start"))

    def test_leads_back_to_an_open_attempt(self, learner):
        attempt = learner.start()
        current = sitting(learner.seat, attempt)
        save_answer(current, current.question(1), right_answer(current.question(1)), "one")
        db.session.commit()

        response = learner.get("start")

        assert "Attempt 1 is waiting for you. 1 of 6 questions are answered" in words_of(response)
        assert "Go on with question 2" in words_of(response)
        assert learner.url("attempt/1/2") in response.text

    def test_says_so_when_no_attempt_is_left(self, learner, set_quiz):
        set_quiz(max_attempts=1)
        take_quiz(learner.seat, right=0)

        page = words_of(learner.get("start"))

        assert "You have used all attempts." in page
        assert "Start" not in page

    def test_says_when_it_closed(self, learner_in):
        learner = learner_in(make_cohort(closes_at=datetime(2026, 1, 5, 12, 0, tzinfo=UTC)))

        page = words_of(learner.get("start"))

        assert "This quiz closed on 5 January 2026, 17:00 (UTC+5)." in page
        assert "Start the quiz" not in page

    def test_names_a_passed_quiz(self, learner):
        take_quiz(learner.seat)

        assert "You have passed this quiz with 100 %." in words_of(learner.get("start"))

    def test_marks_the_language_of_the_course(self, learner_in):
        leave_english_alone()
        learner = learner_in(language="ru")

        response = learner.get("start")

        assert '<html lang="ru"' in response.text
        assert '<h1 lang="en">Check your understanding</h1>' in response.text

    def test_is_not_there_for_a_step_that_is_no_quiz(self, learner):
        assert learner.get("start", "who-says-so/three-questions").status_code == 404
        assert learner.get("start", "who-says-so/nothing").status_code == 404

    def test_is_not_there_for_people_of_other_cohorts(self, learner, learner_in):
        stranger = learner_in()

        assert stranger.client.get(learner.url("start")).status_code == 404

    def test_asks_to_sign_in(self, learner, client):
        response = client.get(learner.url("start"))

        assert response.status_code == 303
        assert "/sign-in" in response.location


class TestStartAttempt:
    def test_draws_the_questions_and_opens_the_first(self, learner):
        response = learner.post("start")

        assert response.status_code == 303
        assert response.location == learner.url("attempt/1/1")
        [attempt] = attempts()
        assert attempt.number == 1
        assert attempt.deadline_at is None
        assert len(set(attempt.item_keys)) == 6
        assert set(attempt.item_keys) <= items_of(learner.seat.version_id).keys()

    @pytest.mark.parametrize(("page", "kept"), [("ru", "ru"), ("en", "en"), ("hy", "en")])
    def test_keeps_the_language_the_questions_are_read_in(self, learner, page, kept):
        version = db.session.scalars(select(CourseVersion)).one()
        version.outline = {**version.outline, "languages": ["en", "ru"]}
        db.session.commit()
        forget_cached()

        learner.post(f"start?lang={page}")

        [attempt] = attempts()
        assert attempt.language == kept

    def test_goes_on_with_the_open_attempt_at_the_first_question_without_an_answer(self, learner):
        attempt = learner.start()
        current = sitting(learner.seat, attempt)
        for number in (1, 3):
            answer = right_answer(current.question(number))
            save_answer(current, current.question(number), answer, f"{number}")
        db.session.commit()

        response = learner.post("start")

        assert response.location == learner.url("attempt/1/2")
        assert len(attempts()) == 1

    def test_makes_one_attempt_of_a_double_click(self, app, learner):
        answers = []

        def click():
            with app.app_context():
                answers.append(learner.post("start"))

        db.session.commit()  # the test's own transaction would keep them waiting
        clicks = [Thread(target=click) for _ in range(3)]
        for one in clicks:
            one.start()
        for one in clicks:
            one.join()

        assert {answer.location for answer in answers} == {learner.url("attempt/1/1")}
        assert len(attempts()) == 1

    def test_counts_up_after_a_submission(self, learner):
        take_quiz(learner.seat, right=0)

        response = learner.post("start")

        assert response.location == learner.url("attempt/2/1")
        assert [attempt.number for attempt in attempts()] == [1, 2]

    def test_refuses_when_all_attempts_are_used(self, learner, set_quiz):
        set_quiz(max_attempts=1)
        take_quiz(learner.seat, right=0)

        response = learner.post("start")

        assert response.status_code == 409
        assert "You have used all attempts at this quiz." in words_of(response)
        assert len(attempts()) == 1

    def test_refuses_when_the_quiz_has_closed(self, learner_in):
        learner = learner_in(make_cohort(closes_at=datetime.now(UTC) - HOUR))

        response = learner.post("start")

        assert response.status_code == 409
        assert "This quiz has closed." in words_of(response)
        assert attempts() == []

    def test_ends_with_the_limit_or_the_closing_time(self, learner_in, set_quiz):
        set_quiz(limit_minutes=30)
        closes_at = datetime.now(UTC) + timedelta(minutes=10)

        learner_in().post("start")
        learner_in(make_cohort(closes_at=closes_at)).post("start")

        in_time, late = attempts()
        assert in_time.deadline_at - in_time.started_at == timedelta(minutes=30)
        assert late.deadline_at == closes_at

    def test_hands_in_an_attempt_whose_time_ran_out(self, learner, set_quiz):
        set_quiz(limit_minutes=30)
        learner.start()

        with time_machine.travel(datetime.now(UTC) + HOUR):
            response = learner.post("start")

        assert response.location == learner.url("attempt/2/1")
        first, second = attempts()
        assert first.submitted_at == first.deadline_at
        assert second.submitted_at is None

    def test_counts_its_statements(self, learner, count_queries):
        learner.start()

        with count_queries() as statements:
            learner.get("attempt/1/1")

        assert len(statements) <= 6, statements


class TestHandInOverdue:
    def test_is_planned_for_the_deadline(self, learner, set_quiz):
        set_quiz(limit_minutes=30)

        attempt = learner.start()

        job = db.session.scalars(select(Job).filter_by(handler="hand_in_overdue")).one()
        assert job.arguments == {"attempt_id": attempt.id}
        assert job.due_at > attempt.deadline_at + GRACE

    def test_is_not_planned_without_a_deadline(self, learner):
        learner.start()

        assert db.session.scalar(select(func.count(Job.id))) == 0

    def test_counts_what_was_saved_even_if_nobody_looks(self, learner, set_quiz):
        set_quiz(limit_minutes=30)
        attempt = learner.start()
        current = sitting(learner.seat, attempt)
        for question in current.questions[:4]:
            save_answer(current, question, right_answer(question), str(question.number))
        db.session.commit()

        with time_machine.travel(datetime.now(UTC) + HOUR):
            run_due()

        [attempt] = attempts()
        assert attempt.submitted_at == attempt.deadline_at
        assert attempt.is_passed
        assert int(attempt.score_percent) == 66
        assert "Passed: 4 of 6 correct" in words_of(learner.get("attempt/1/result"))

    def test_leaves_a_submitted_attempt_alone(self, learner, set_quiz):
        set_quiz(limit_minutes=30)
        attempt = take_quiz(learner.seat, FIRST_QUIZ, right=6)
        submitted_at = attempt.submitted_at

        with time_machine.travel(datetime.now(UTC) + HOUR):
            run_due()
            hand_in_overdue(attempt.id)

        assert attempts()[0].submitted_at == submitted_at

    def test_looks_again_when_there_is_more_time(self, learner, set_quiz):
        set_quiz(limit_minutes=30)
        attempt = learner.start()
        attempt.deadline_at += timedelta(hours=2)
        db.session.commit()

        with time_machine.travel(datetime.now(UTC) + HOUR):
            run_due()
        assert attempts()[0].submitted_at is None

        with time_machine.travel(datetime.now(UTC) + 3 * HOUR):
            run_due()
        assert attempts()[0].submitted_at == attempts()[0].deadline_at

    def test_leaves_who_has_withdrawn_alone(self, learner, set_quiz):
        set_quiz(limit_minutes=30)
        learner.start()
        db.session.get_one(Enrolment, learner.seat.enrolment_id).withdrawn_at = datetime.now(UTC)
        db.session.commit()

        with time_machine.travel(datetime.now(UTC) + HOUR):
            run_due()

        assert attempts()[0].submitted_at is None
        assert db.session.scalars(select(Job)).one().finished_at is not None
