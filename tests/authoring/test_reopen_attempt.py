from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lms.audit.models import AuditEvent
from lms.extensions import db
from lms.notices.models import Message
from lms.quizzes.models import Answer
from lms.quizzes.services import hand_in_overdue
from tests.authoring.test_list_attempts import PAGE
from tests.factories import make_learner, make_staff, start, take_quiz

REASON = "The connection of the whole ministry was down."


def reopen(client, attempt, hours="24", reason=REASON):
    return client.post(f"{PAGE}/{attempt.id}/reopen", data={"hours": hours, "reason": reason})


class TestReopenAttempt:
    def test_gives_it_back_with_its_answers_and_a_new_end(self, instructor, client_of):
        person, seat = make_learner()
        attempt = take_quiz(seat, right=1)
        answers = db.session.query(Answer).count()

        response = reopen(instructor, attempt)

        assert response.status_code == 303
        db.session.refresh(attempt)
        assert (attempt.submitted_at, attempt.score_percent, attempt.is_passed) == (None,) * 3
        assert attempt.marks == {}
        assert db.session.query(Answer).count() == answers == 1
        left = attempt.deadline_at - datetime.now(UTC)
        assert timedelta(hours=23) < left <= timedelta(hours=24)
        page = client_of(person).get(
            f"/learn/{seat.cohort_slug}/{seat.course_slug}/{attempt.quiz}/attempt/1/1"
        )
        assert page.status_code == 200

    def test_says_why_in_the_log_and_to_the_learner(self, instructor):
        person, seat = make_learner()
        attempt = take_quiz(seat, right=1)

        reopen(instructor, attempt)

        event = db.session.query(AuditEvent).filter_by(action="reopen_attempt").one()
        assert (event.object_id, event.reason) == (str(attempt.id), REASON)
        message = db.session.query(Message).filter_by(kind="attempt_reopened").one()
        assert message.person_id == person.id
        assert REASON in message.body
        assert "/start" in message.body

    def test_is_handed_in_by_itself_when_the_new_end_has_passed(self, instructor):
        attempt = take_quiz(make_learner()[1], right=1)
        reopen(instructor, attempt)
        db.session.refresh(attempt)
        attempt.deadline_at = datetime.now(UTC) - timedelta(minutes=1)
        db.session.commit()

        hand_in_overdue(attempt.id)

        assert attempt.marked_at is not None

    def test_refuses_what_was_passed(self, instructor):
        attempt = take_quiz(make_learner()[1])

        response = reopen(instructor, attempt)

        assert response.status_code == 409
        assert "was passed" in response.text
        db.session.refresh(attempt)
        assert attempt.is_passed

    def test_refuses_while_another_one_is_open(self, instructor):
        _person, seat = make_learner()
        attempt = take_quiz(seat, right=1)
        start(seat)

        response = reopen(instructor, attempt)

        assert response.status_code == 409
        assert "another attempt at this quiz open" in response.text
        db.session.refresh(attempt)
        assert attempt.submitted_at is not None

    def test_refuses_when_another_one_was_begun_at_this_moment(self, instructor, monkeypatch):
        _person, seat = make_learner()
        attempt = take_quiz(seat, right=1)
        start(seat)
        monkeypatch.setattr("lms.quizzes.services.staff._has_open_attempt", lambda _attempt: False)

        response = reopen(instructor, attempt)

        assert response.status_code == 409
        db.session.refresh(attempt)
        assert attempt.submitted_at is not None

    def test_refuses_what_is_open_still(self, instructor):
        attempt = start(make_learner()[1])

        assert reopen(instructor, attempt).status_code == 409

    @pytest.mark.parametrize(
        ("hours", "reason"),
        [("", REASON), ("0", REASON), ("99999", REASON), ("soon", REASON), ("24", "because")],
    )
    def test_asks_for_hours_and_a_reason(self, instructor, hours, reason):
        attempt = take_quiz(make_learner()[1], right=1)

        response = reopen(instructor, attempt, hours, reason)

        assert response.status_code == 422
        assert f'value="{hours}"' in response.text
        db.session.refresh(attempt)
        assert attempt.submitted_at is not None

    def test_is_not_there_for_another_course_or_quiz(self, instructor, client_of):
        attempt = take_quiz(make_learner()[1], right=1)
        stranger = client_of(make_staff("instructor", "course", "another-course"))
        elsewhere = PAGE.replace("who-says-so/check", "your-country/final")

        assert reopen(stranger, attempt).status_code == 404
        assert instructor.get(f"{elsewhere}/{attempt.id}").status_code == 404
