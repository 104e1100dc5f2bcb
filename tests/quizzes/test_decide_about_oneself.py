from datetime import UTC, datetime, timedelta

import pytest

from lms.extensions import db
from lms.quizzes.services import grant_extra_time
from lms.quizzes.services.oneself import AboutOneself
from lms.quizzes.services.staff import reopen_attempt
from tests.factories import make_staff, take_quiz

REASON = "The line was down for an hour."


class TestDecideAboutOneself:
    def test_refuses_to_reopen_the_own_attempt(self, learner):
        attempt = take_quiz(learner.seat, right=0)
        until = datetime.now(UTC) + timedelta(hours=1)

        with pytest.raises(AboutOneself):
            reopen_attempt(learner.person, attempt, ends_at=until, reason=REASON)

        assert attempt.submitted_at is not None

    def test_lets_somebody_else_reopen_it(self, learner):
        attempt = take_quiz(learner.seat, right=0)
        until = datetime.now(UTC) + timedelta(hours=1)

        reopen_attempt(make_staff("instructor"), attempt, ends_at=until, reason=REASON)

        assert attempt.submitted_at is None

    def test_refuses_extra_time_for_oneself(self, learner, set_quiz):
        set_quiz(limit_minutes=30)
        attempt = learner.start()
        before = attempt.deadline_at

        with pytest.raises(AboutOneself):
            grant_extra_time(learner.person, learner.person, 2.0, REASON)

        db.session.rollback()
        assert attempt.deadline_at == before
