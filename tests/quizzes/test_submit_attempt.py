from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Thread

import pytest
import time_machine
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.extensions import db
from lms.progress.models import DoneStep
from lms.quizzes.items import as_form
from lms.quizzes.models import Attempt
from lms.quizzes.services import save_answer
from tests.factories import FIRST_QUIZ, right_answer, sitting
from tests.quizzes.reading import answers_of


@pytest.fixture
def attempt(learner):
    return learner.start()


def answer_rightly(learner, attempt, numbers):
    current = sitting(learner.seat, attempt)
    for number in numbers:
        question = current.question(number)
        save_answer(current, question, right_answer(question), f"right {number}")
    db.session.commit()


def wrong_answer(question) -> str:
    """Return what a form can send that does not earn the whole mark."""
    structure = question.item.structure
    candidates = [option for option, _words in question.options] or ["-1"]
    responses = {one: question.type.parse(structure, as_form(one)) for one in candidates}
    return next(one for one in candidates if question.type.mark(structure, responses[one]) < 1)


def at_once(calls) -> None:
    db.session.commit()  # the test's own transaction would keep them waiting
    threads = [Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def submissions() -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).filter_by(action="submit_attempt")))


def is_done(learner) -> bool:
    return db.session.get(DoneStep, (learner.seat.enrolment_id, FIRST_QUIZ)) is not None


class TestSubmitAttempt:
    def test_marks_and_closes_the_attempt(self, learner, attempt):
        answer_rightly(learner, attempt, range(1, 6))

        response = learner.post("attempt/1/submit")

        assert response.status_code == 303
        assert response.location == learner.url("attempt/1/result")
        db.session.refresh(attempt)
        assert attempt.submitted_at is not None
        assert attempt.is_passed
        assert [attempt.marks[key] for key in attempt.item_keys] == [1, 1, 1, 1, 1, 0]
        assert attempt.score_percent == pytest.approx(500 / 6)
        assert is_done(learner)

    @pytest.mark.parametrize(("right", "is_passed"), [(3, False), (4, True)])
    def test_passes_from_the_pass_mark_on(self, learner, attempt, right, is_passed):
        answer_rightly(learner, attempt, range(1, right + 1))

        learner.post("attempt/1/submit")

        db.session.refresh(attempt)
        assert attempt.is_passed is is_passed
        assert is_done(learner) is is_passed

    def test_finishes_a_pre_test_with_nothing_right(self, learner, set_quiz):
        set_quiz(pass_percent=0)
        attempt = learner.start()

        learner.post("attempt/1/submit")

        db.session.refresh(attempt)
        assert attempt.score_percent == 0
        assert attempt.is_passed
        assert is_done(learner)

    def test_counts_the_last_answer(self, learner, attempt):
        answer_rightly(learner, attempt, range(1, 7))
        wrong = wrong_answer(sitting(learner.seat, attempt).question(1))
        learner.post("attempt/1/1", answer=wrong)

        learner.post("attempt/1/submit")

        db.session.refresh(attempt)
        assert attempt.marks[attempt.item_keys[0]] < 1
        assert len(answers_of(attempt)) == 7

    def test_counts_once_however_often_it_is_sent(self, learner, attempt):
        answer_rightly(learner, attempt, range(1, 7))

        first = learner.post("attempt/1/submit")
        db.session.refresh(attempt)
        submitted_at = attempt.submitted_at
        second = learner.post("attempt/1/submit")

        assert first.location == second.location == learner.url("attempt/1/result")
        db.session.refresh(attempt)
        assert attempt.submitted_at == submitted_at
        assert len(submissions()) == 1

    def test_counts_once_when_sent_twice_at_a_time(self, app, learner, attempt):
        answers = []

        def click():
            with app.app_context():
                answers.append(learner.post("attempt/1/submit"))

        at_once([click] * 3)

        assert {answer.location for answer in answers} == {learner.url("attempt/1/result")}
        assert len(submissions()) == 1

    def test_counts_every_answer_that_got_a_receipt(self, app, learner, attempt):
        """Answers and the submission arrive at the same moment, from two devices."""
        forms = {
            question.number: dict(right_answer(question).lists())
            for question in sitting(learner.seat, attempt).questions
        }
        receipts = {}

        def save(number):
            with app.app_context():
                response = learner.post(f"attempt/1/{number}", quiet=True, **forms[number])
                receipts[number] = response.status_code

        def submit():
            with app.app_context():
                learner.post("attempt/1/submit")

        at_once([submit, *(partial(save, number) for number in forms)])

        db.session.refresh(attempt)
        marks = dict(enumerate((attempt.marks[key] for key in attempt.item_keys), 1))
        assert {number: 200 if mark else 409 for number, mark in marks.items()} == receipts

    def test_counts_what_was_saved_when_it_comes_after_the_deadline(self, learner, set_quiz):
        set_quiz(limit_minutes=30)
        attempt = learner.start()
        answer_rightly(learner, attempt, range(1, 5))

        with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
            question = sitting(learner.seat, attempt).question(5)
            learner.post("attempt/1/5", answer=right_answer(question).getlist("answer"))
            response = learner.post("attempt/1/submit")

        assert response.location == learner.url("attempt/1/result")
        db.session.refresh(attempt)
        assert attempt.submitted_at == attempt.deadline_at
        assert sum(attempt.marks.values()) == 4
        assert attempt.is_passed
        assert len(answers_of(attempt)) == 4

    def test_takes_an_attempt_without_answers(self, learner, attempt):
        learner.post("attempt/1/submit")

        db.session.refresh(attempt)
        assert attempt.score_percent == 0
        assert attempt.is_passed is False

    def test_is_written_into_the_log(self, learner, attempt):
        learner.post("attempt/1/submit")

        [event] = submissions()
        assert event.actor_id == learner.person.id
        assert event.object_id == str(attempt.id)
        assert event.country_code == "KZ"

    def test_hides_other_learners_attempts(self, learner, learner_in, attempt):
        stranger = learner_in()

        response = stranger.client.post(learner.url("attempt/1/submit"))

        assert response.status_code == 404
        db.session.expire_all()
        assert db.session.get_one(Attempt, attempt.id).submitted_at is None
