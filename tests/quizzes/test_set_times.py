"""When a cohort may take a quiz."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.cohorts.models import Cohort, CohortCourse
from lms.courses.queries import outline_of
from lms.extensions import db
from lms.quizzes.models import QuizWindow
from tests.factories import FIRST_QUIZ, make_cohort, make_staff
from tests.quizzes.reading import words_of

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
URL = f"/teach/digital-id/times/{FIRST_QUIZ}"
ALMATY = ZoneInfo("Asia/Almaty")


@pytest.fixture
def client(client_of):
    """The client of the course's instructor."""
    return client_of(make_staff("instructor", "course", "digital-id"))


def local(moment) -> str:
    return moment.astimezone(ALMATY).strftime("%Y-%m-%dT%H:%M")


def set_times(client, learner, opens_at="", closes_at="", url=""):
    prefix = f"{learner.seat.cohort_slug}-digital-id-{FIRST_QUIZ.replace('/', '-')}"
    fields = {f"{prefix}-opens_at": opens_at, f"{prefix}-closes_at": closes_at}
    return client.post(url or f"{URL}/{learner.seat.cohort_slug}", data=fields)


def windows() -> list[QuizWindow]:
    db.session.expire_all()
    return list(db.session.scalars(select(QuizWindow)))


class TestSetTimes:
    def test_reads_the_times_in_the_zone_of_the_cohort(self, client, learner):
        response = set_times(client, learner, "2030-12-01T09:00", "2030-12-02T18:30")

        assert response.status_code == 303
        [window] = windows()
        assert window.quiz == FIRST_QUIZ
        assert window.opens_at == datetime(2030, 12, 1, 4, tzinfo=UTC)
        assert window.closes_at == datetime(2030, 12, 2, 13, 30, tzinfo=UTC)
        page = client.get(URL)
        assert 'value="2030-12-01T09:00"' in page.text
        assert "(UTC+5)" in words_of(page)

    def test_changes_and_takes_away(self, client, learner):
        set_times(client, learner, "2030-12-01T09:00", "2030-12-02T18:30")
        set_times(client, learner, "", "2030-12-05T18:30")
        [window] = windows()
        assert (window.opens_at, window.closes_at) == (
            None, datetime(2030, 12, 5, 13, 30, tzinfo=UTC),
        )  # fmt: skip

        set_times(client, learner)

        assert windows() == []

    def test_is_written_down(self, client, learner):
        set_times(client, learner, "2030-12-01T09:00", "")

        event = db.session.scalars(select(AuditEvent).filter_by(action="set_quiz_window")).one()
        assert event.object_id == str(learner.seat.cohort_id)
        assert event.country_code == "KZ"
        assert event.details == {
            "course": "digital-id", "quiz": FIRST_QUIZ,
            "opens_at": "2030-12-01T04:00:00+00:00", "closes_at": "",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("opens", "closes", "problem"),
        [
            ("2030-12-02T09:00", "2030-12-01T09:00", "must close after it opens"),
            ("2030-12-02T09:00", "2030-12-02T09:00", "must close after it opens"),
            ("2031-01-02T09:00", "", "The course closes before that."),
            ("tomorrow", "", "Not a valid datetime value."),
            ("0026-12-02T09:00", "", "four digits"),
            ("9999-12-31T23:59", "", "four digits"),
            ("", "0001-01-01T00:00", "four digits"),
        ],
    )
    def test_refuses_times_that_make_no_sense(self, client, learner_in, opens, closes, problem):
        learner = learner_in(make_cohort(closes_at=datetime(2031, 1, 1, tzinfo=UTC)))

        response = set_times(client, learner, opens, closes)

        assert response.status_code == 422
        assert problem in words_of(response)
        if "T" in opens:
            assert f'value="{opens}"' in response.text
        assert windows() == []

    def test_lengthens_attempts_under_way_when_it_closes_later(self, client, learner_in, set_quiz):
        set_quiz(limit_minutes=60)
        closes_at = (datetime.now(UTC) + 20 * MINUTE).replace(second=0, microsecond=0)
        learner = learner_in(make_cohort(closes_at=closes_at, time_zone="Asia/Almaty"))
        attempt = learner.start()
        assert attempt.deadline_at == closes_at

        response = set_times(client, learner, "", local(closes_at + 10 * MINUTE))

        db.session.refresh(attempt)
        assert attempt.deadline_at == attempt.closes_at == closes_at + 10 * MINUTE
        assert "1 attempt under way has more time now." in words_of(client.get(response.location))

    def test_takes_nothing_from_attempts_under_way_when_it_closes_earlier(
        self, client, learner, learner_in, set_quiz
    ):
        set_quiz(limit_minutes=60)
        attempt = learner.start()
        told = attempt.deadline_at
        mate = learner_in(db.session.get_one(Cohort, learner.seat.cohort_id))
        closes_at = (datetime.now(UTC) + 20 * MINUTE).replace(second=0, microsecond=0)

        response = set_times(client, learner, "", local(closes_at))

        db.session.refresh(attempt)
        assert attempt.deadline_at == told
        assert (
            "under way"
            not in words_of(client.get(response.location)).split("nobody")[0].split("A later")[0]
        )
        assert mate.start().deadline_at == closes_at

    def test_holds_for_one_cohort_and_one_quiz(self, client, learner, learner_in):
        stranger = learner_in()

        set_times(client, learner, "2030-12-01T09:00", "")

        assert "Start the quiz" not in words_of(learner.get("start"))
        assert "Start the quiz" in words_of(learner.get("start", "your-country/final"))
        assert "Start the quiz" in words_of(stranger.get("start"))

    def test_is_not_there_for_others(self, client_of, client, learner):
        stranger = client_of(make_staff("instructor", "course", "data-government"))
        elsewhere = make_cohort(courses=())

        assert stranger.get(URL).status_code == 404
        assert set_times(stranger, learner, "2030-12-01T09:00").status_code == 404
        assert client.post(f"{URL}/{elsewhere.slug}").status_code == 404
        assert client.get("/teach/digital-id/times/who-says-so/three-questions").status_code == 404
        assert windows() == []

    def test_counts_its_statements(self, client, learner_in, count_queries):
        for _one in range(4):
            learner_in()
        client.get(URL)

        with count_queries() as statements:
            client.get(URL)

        assert len(statements) <= 7, statements  # one of them counts unread notices for the menu


class TestCoordinatorSetsTimes:
    def url(self, learner):
        return f"/delegations/kz/{learner.seat.cohort_slug}/times"

    def set_times(self, client, learner, *times):
        url = f"{self.url(learner)}/digital-id/{FIRST_QUIZ}"
        return set_times(client, learner, *times, url=url)

    def test_sees_every_quiz_of_the_cohort(self, client_of, learner):
        coordinator = client_of(make_staff("coordinator", "country", "KZ"))

        response = coordinator.get(self.url(learner))

        page = words_of(response)
        assert page.count("Opens") == len(
            [one for one in outline_of(learner.seat.version_id).steps if one.kind == "quiz"]
        )
        assert "1. Who are you, and who says so? – Check your understanding" in page
        assert "(UTC+5)" in page
        dashboard = coordinator.get(self.url(learner).removesuffix("/times"))
        assert f'href="{self.url(learner)}"' in dashboard.text

    def test_sets_them_for_the_own_cohort(self, client_of, learner):
        coordinator = client_of(make_staff("coordinator", "country", "KZ"))

        response = self.set_times(coordinator, learner, "2030-12-01T09:00", "")

        assert response.location == self.url(learner)
        [window] = windows()
        assert (window.cohort_id, window.quiz) == (learner.seat.cohort_id, FIRST_QUIZ)
        assert 'value="2030-12-01T09:00"' in coordinator.get(self.url(learner)).text

    def test_keeps_what_was_typed_when_it_makes_no_sense(self, client_of, learner):
        coordinator = client_of(make_staff("coordinator", "country", "KZ"))

        response = self.set_times(coordinator, learner, "2030-12-02T09:00", "2030-12-01T09:00")

        assert response.status_code == 422
        assert "must close after it opens" in words_of(response)
        assert 'value="2030-12-02T09:00"' in response.text
        assert windows() == []

    def test_is_not_there_for_others(self, client_of, learner):
        stranger = client_of(make_staff("coordinator", "country", "GE"))
        own = client_of(make_staff("coordinator", "country", "KZ"))

        assert stranger.get(self.url(learner)).status_code == 404
        assert self.set_times(stranger, learner, "2030-12-01T09:00").status_code == 404
        assert own.post(f"{self.url(learner)}/no-course/{FIRST_QUIZ}").status_code == 404
        assert own.post(f"{self.url(learner)}/digital-id/who-says-so/x").status_code == 404
        assert windows() == []


class TestWindow:
    def set_window(self, learner, opens_at=None, closes_at=None):
        link = db.session.scalars(
            select(CohortCourse).filter_by(cohort_id=learner.seat.cohort_id)
        ).one()
        window = QuizWindow(
            cohort_id=link.cohort_id, course_id=link.course_id, quiz=FIRST_QUIZ,
            opens_at=opens_at, closes_at=closes_at,
        )  # fmt: skip
        db.session.add(window)
        db.session.commit()

    def test_says_when_the_quiz_opens_in_the_readers_time(self, learner_in):
        learner = learner_in(time_zone="Asia/Seoul")
        self.set_window(learner, opens_at=datetime(2030, 12, 4, 16, 5, tzinfo=UTC))

        page = words_of(learner.get("start"))
        response = learner.post("start")

        assert "This quiz opens on 5 December 2030, 01:05 (UTC+9)." in page
        assert "Start the quiz" not in page
        assert response.status_code == 409
        assert "not open yet" in words_of(response)

    def test_opens_by_itself(self, learner):
        self.set_window(learner, opens_at=datetime.now(UTC) + HOUR)

        with time_machine.travel(datetime.now(UTC) + HOUR + timedelta(seconds=1)):
            assert "Start the quiz" in words_of(learner.get("start"))
            assert learner.post("start").status_code == 303

    def test_closes_before_or_after_the_course(self, learner_in):
        learner = learner_in(make_cohort(closes_at=datetime.now(UTC) - HOUR))
        assert learner.post("start").status_code == 409

        self.set_window(learner, closes_at=datetime.now(UTC) + HOUR)

        assert learner.post("start").status_code == 303
