from __future__ import annotations

import pytest

from lms.audit.models import AuditEvent
from lms.extensions import db
from lms.progress.models import DoneStep
from lms.quizzes.services import save_answer
from tests.authoring.test_list_attempts import PAGE, aged
from tests.factories import (
    FINAL,
    FIRST_QUIZ,
    make_cohort,
    make_learner,
    make_staff,
    right_answer,
    sitting,
    start,
    take_quiz,
)

END = f"{PAGE}/end"
REASON = "The lab closed before they could hand in."


def answered(seat, quiz=FIRST_QUIZ):
    """Begin an attempt and answer everything rightly, without handing it in."""
    attempt = start(seat, quiz)
    current = sitting(seat, attempt)
    for question in current.questions:
        save_answer(current, question, right_answer(question), f"saved-{question.number}")
    db.session.commit()
    return attempt


def end(client, *attempts, reason=REASON):
    return client.post(END, data={"attempt": [one.id for one in attempts], "reason": reason})


def logged(action):
    return db.session.query(AuditEvent).filter_by(action=action).all()


class TestEndAttempts:
    def test_says_first_whose_attempts_end(self, instructor):
        cohort = make_cohort()
        (inside, seat), (outside, other) = make_learner(cohort), make_learner()
        aged(start(seat), days=4, over=True)
        start(other)

        page = instructor.get(f"{END}?cohort={cohort.slug}&days=3").text

        assert "End 1 attempt" in page
        assert inside.name_latin in page
        assert outside.name_latin not in page
        assert not logged("end_attempt")

    def test_leads_back_when_nothing_is_open(self, instructor):
        take_quiz(make_learner()[1])

        response = instructor.get(END)

        assert response.status_code == 303
        assert response.location.endswith(PAGE)

    def test_hands_in_what_was_saved_and_says_why_in_the_log(self, instructor):
        seats = [make_learner()[1] for _learner in range(2)]
        attempts = [answered(seats[0]), start(seats[1])]

        response = end(instructor, *attempts)

        assert response.status_code == 303
        for attempt in attempts:
            db.session.refresh(attempt)
        assert [attempt.score_percent for attempt in attempts] == [100, 0]
        assert db.session.get(DoneStep, (seats[0].enrolment_id, FIRST_QUIZ))
        events = logged("end_attempt")
        assert {event.object_id for event in events} == {str(one.id) for one in attempts}
        assert {event.reason for event in events} == {REASON}

    def test_does_it_once_when_pressed_twice(self, instructor):
        attempt = answered(make_learner()[1])
        end(instructor, attempt)

        again = end(instructor, attempt)

        assert again.status_code == 303
        assert len(logged("end_attempt")) == len(logged("mark_attempt")) == 1

    @pytest.mark.parametrize("reason", ["", "   ", "too short", "x" * 501])
    def test_asks_for_a_reason(self, instructor, reason):
        attempt = start(make_learner()[1])

        response = end(instructor, attempt, reason=reason)

        assert response.status_code == 422
        assert "Error:" in response.text
        db.session.refresh(attempt)
        assert attempt.submitted_at is None

    def test_leaves_attempts_at_other_quizzes_alone(self, instructor):
        attempt = start(make_learner()[1], FINAL)

        end(instructor, attempt)

        db.session.refresh(attempt)
        assert attempt.submitted_at is None

    def test_is_not_there_for_another_course(self, client_of):
        attempt = start(make_learner()[1])

        response = end(client_of(make_staff("instructor", "course", "another-course")), attempt)

        assert response.status_code == 404
        db.session.refresh(attempt)
        assert attempt.submitted_at is None
