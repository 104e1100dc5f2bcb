from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.cohorts.models import CohortCourse
from lms.extensions import db
from lms.quizzes.models import QuizWindow
from tests.factories import FIRST_QUIZ, change_quiz, make_cohort, make_learner, start
from tests.pages import text_of

SOON = datetime.now(UTC).replace(hour=14, minute=0, second=0, microsecond=0) + timedelta(days=10)
WEEK = timedelta(days=7)


@pytest.fixture
def cohort(app):
    return make_cohort("KZ", closes_at=SOON)


@pytest.fixture
def client(client_of, coordinator):
    return client_of(coordinator)


def link() -> CohortCourse:
    db.session.expire_all()
    return db.session.scalars(select(CohortCourse)).one()


def window_at(moment: datetime, opens_at: datetime | None = None) -> QuizWindow:
    course = link()
    window = QuizWindow(
        cohort_id=course.cohort_id, course_id=course.course_id, quiz=FIRST_QUIZ,
        opens_at=opens_at, closes_at=moment,
    )  # fmt: skip
    db.session.add(window)
    db.session.commit()
    return window


class TestPreview:
    def test_shows_what_would_move_and_moves_nothing(self, client, dashboard):
        window_at(SOON - timedelta(days=1))

        page = text_of(client.get(f"{dashboard}/due-dates?days=7"))

        assert "Nothing has moved yet" in page
        assert FIRST_QUIZ in page
        assert link().closes_at == SOON


class TestMoveDueDates:
    def test_moves_courses_and_quizzes_by_days_and_tells_the_learners(
        self, client, cohort, dashboard, outbox
    ):
        person, _seat = make_learner(cohort)
        window = window_at(SOON - timedelta(days=1))
        outbox()

        response = client.post(f"{dashboard}/due-dates", data={"days": "7", "to": ""})

        assert response.status_code == 303
        assert link().closes_at == SOON + WEEK
        db.session.refresh(window)
        assert window.closes_at == SOON - timedelta(days=1) + WEEK
        mail = outbox()[-1]
        assert mail.to == [person.email]
        assert "(UTC+5)" in mail.body
        event = db.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "move_due_dates")
        ).one()
        assert event.details["before"]["digital-id"] == SOON.isoformat()
        assert event.details["after"]["digital-id"] == (SOON + WEEK).isoformat()

    def test_moves_to_a_day_and_keeps_the_time_of_day(self, client, cohort, dashboard):
        day = (SOON + timedelta(days=20)).date()

        client.post(f"{dashboard}/due-dates", data={"days": "", "to": day.isoformat()})

        assert link().closes_at == SOON + timedelta(days=20)

    def test_lets_the_cohort_end_no_earlier_than_its_courses(self, client, cohort, dashboard):
        client.post(f"{dashboard}/due-dates", data={"days": "60", "to": ""})

        db.session.refresh(cohort)
        assert cohort.ends_on == (SOON + timedelta(days=60)).date()

    def test_lengthens_attempts_under_way(self, client, cohort, dashboard):
        change_quiz(minutes=None)
        _person, seat = make_learner(cohort)
        attempt = start(seat)

        client.post(f"{dashboard}/due-dates", data={"days": "7", "to": ""})

        db.session.refresh(attempt)
        assert attempt.closes_at == SOON + WEEK

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ({"days": "", "to": ""}, "one of the two"),
            ({"days": "7", "to": "2027-01-01"}, "one of the two"),
            ({"days": "0", "to": ""}, "one of the two"),
            ({"days": "900", "to": ""}, "from -366 to 366"),
            ({"days": "soon", "to": ""}, "Error"),
            ({"days": "-20", "to": ""}, "in the past"),
        ],
    )
    def test_explains_what_cannot_be(self, client, dashboard, data, words):
        response = client.post(f"{dashboard}/due-dates", data=data)

        assert response.status_code == 422
        assert words in text_of(response)
        assert link().closes_at == SOON

    def test_lets_no_quiz_close_before_it_opens(self, client, dashboard):
        window_at(SOON, opens_at=SOON - timedelta(days=2))

        response = client.post(f"{dashboard}/due-dates", data={"days": "-5", "to": ""})

        assert response.status_code == 422
        assert "before it opens" in text_of(response)
        assert link().closes_at == SOON


class TestSetDueDate:
    def test_sets_one_course_on_the_clock_of_the_cohort(self, client, cohort, dashboard):
        response = client.post(
            f"{dashboard}/settings/courses/digital-id/due",
            data={"digital-id-closes": "2027-02-28T19:00"},
        )

        assert response.status_code == 303
        assert link().closes_at == datetime(2027, 2, 28, 14, tzinfo=UTC)

    def test_keeps_what_was_typed_when_it_cannot_be(self, client, dashboard):
        response = client.post(
            f"{dashboard}/settings/courses/digital-id/due", data={"digital-id-closes": "tomorrow"}
        )

        assert response.status_code == 422
        assert link().closes_at == SOON
