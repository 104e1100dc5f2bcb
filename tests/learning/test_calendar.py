from __future__ import annotations

from datetime import UTC, datetime

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from lms.audit.models import AuditEvent
from lms.cohorts.models import CohortCourse, Enrolment
from lms.extensions import db
from lms.notices.services import calendar_secret
from lms.quizzes.models import QuizWindow
from tests.factories import FIRST_QUIZ, enrolment_of, make_cohort, make_learner, make_person
from tests.pages import bytes_of, text_of

DUE = datetime(2026, 12, 4, 14, 0, tzinfo=UTC)


@pytest.fixture
def learner(app):
    cohort = make_cohort("KZ", closes_at=DUE)
    person, seat = make_learner(cohort)
    opens = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
    db.session.add(
        QuizWindow(
            cohort_id=cohort.id, course_id=enrolment_of(seat).course_id, quiz=FIRST_QUIZ,
            opens_at=opens, closes_at=datetime(2026, 12, 2, 4, 0, tzinfo=UTC),
        )
    )  # fmt: skip
    db.session.commit()
    return person, seat, cohort


def path_of(person) -> str:
    return f"/calendar/{calendar_secret(person)}.ics"


def events(response) -> dict[str, object]:
    return {str(event["UID"]): event for event in Calendar.from_ical(response.data).walk("VEVENT")}


class TestFeed:
    def test_has_what_is_due_and_when_quizzes_are_open(self, client, learner):
        person, seat, cohort = learner

        response = client.get(path_of(person))

        assert response.content_type == "text/calendar; charset=utf-8"
        found = events(response)
        course_id = enrolment_of(seat).course_id
        due = found[f"course-{cohort.id}-digital-id-closes@localhost"]
        quiz = found[f"quiz-{cohort.id}-{course_id}-{FIRST_QUIZ.replace('/', '.')}@localhost"]
        assert due["DTSTART"].dt == DUE
        assert b"DTSTART:20261204T140000Z" in response.data
        assert "4 December 2026, 19:00 (UTC+5)" in due["DESCRIPTION"]
        assert (quiz["DTEND"].dt - quiz["DTSTART"].dt).days == 1
        assert found[f"cohort-{cohort.id}-starts@localhost"]["DTSTART"].dt == cohort.starts_on
        assert found[f"cohort-{cohort.id}-ends@localhost"]["DTSTART"].dt == cohort.ends_on
        assert len(found) == 4
        assert b"X-WR-TIMEZONE:Asia/Almaty" in response.data

    def test_names_both_zones_where_the_reader_lives_elsewhere(self, client, learner):
        person, _seat, cohort = learner
        person.time_zone = "Asia/Seoul"
        db.session.commit()

        due = events(client.get(path_of(person)))[f"course-{cohort.id}-digital-id-closes@localhost"]

        assert "4 December 2026, 23:00 (UTC+9)" in due["DESCRIPTION"]
        assert "4 December 2026, 19:00 (UTC+5)" in due["DESCRIPTION"]

    def test_is_the_same_until_something_changes(self, client, learner):
        person, _seat, cohort = learner
        first = client.get(path_of(person))
        etag = first.headers["ETag"]

        again = client.get(path_of(person), headers={"If-None-Match": etag})
        db.session.execute(update(CohortCourse).values(closes_at=DUE.replace(day=11)))
        db.session.commit()
        moved = client.get(path_of(person), headers={"If-None-Match": etag})

        assert (again.status_code, again.data) == (304, b"")
        assert moved.status_code == 200
        assert events(moved).keys() == events(first).keys()
        moved_due = events(moved)[f"course-{cohort.id}-digital-id-closes@localhost"]
        assert moved_due["DTSTART"].dt.day == 11

    def test_keeps_its_ids_when_the_address_is_renewed(self, client, client_of, learner):
        person, *_rest = learner
        before, old = events(client.get(path_of(person))), path_of(person)

        response = client_of(person).post("/account/calendar")

        assert response.status_code == 303
        assert client.get(old).status_code == 404
        db.session.rollback()
        assert events(client.get(path_of(person))).keys() == before.keys()
        query = select(AuditEvent).where(AuditEvent.action == "renew_calendar")
        assert db.session.scalars(query).one().object_id == str(person.id)

    def test_is_in_the_readers_language_whoever_asks(self, client, learner):
        person, *_rest = learner
        english = client.get(path_of(person), headers={"Accept-Language": "ru"}).data

        assert client.get(path_of(person), headers={"Accept-Language": "en"}).data == english
        assert b"SUMMARY:Closes: " in english

    @pytest.mark.parametrize("loss", ["suspended", "erased"])
    def test_is_gone_with_the_account(self, client, learner, loss):
        person, *_rest = learner
        address = path_of(person)
        if loss == "suspended":
            person.active = False
        else:
            person.erased_at = datetime.now(UTC)
        db.session.commit()

        gone, missing = client.get(address), client.get("/calendar/none.ics")

        assert gone.status_code == missing.status_code == 404
        assert bytes_of(gone) == bytes_of(missing)

    def test_leaves_out_what_was_left(self, client, learner):
        person, seat, _cohort = learner
        db.session.execute(
            update(Enrolment)
            .where(Enrolment.id == seat.enrolment_id)
            .values(withdrawn_at=datetime.now(UTC))
        )
        db.session.commit()

        assert events(client.get(path_of(person))) == {}

    @pytest.mark.parametrize(
        "secret", ["1", "1-", "1-" + "0" * 40, "١-" + "0" * 40, "4711-" + "a" * 40, "x"]
    )
    def test_is_not_there_for_a_guess(self, client, learner, secret):
        assert client.get(f"/calendar/{secret}.ics").status_code == 404

    def test_is_another_for_each(self, app):
        one, other = make_person(), make_person()

        assert calendar_secret(one).split("-")[1] != calendar_secret(other).split("-")[1]


class TestCalendarPage:
    def test_shows_the_address_and_gives_the_dates_as_a_file(self, client_of, learner):
        person, *_rest = learner
        client = client_of(person)

        page = client.get("/account/calendar")
        file = client.get("/account/calendar.ics")

        assert f"http://localhost{path_of(person)}" in page.text
        assert "Do not pass it on" in text_of(page)
        assert file.headers["Content-Disposition"] == 'attachment; filename="serai.ics"'
        assert len(events(file)) == 4

    def test_changes_nothing_by_looking(self, client, client_of, learner):
        person, *_rest = learner
        before = path_of(person)

        client_of(person).get("/account/calendar")

        assert path_of(person) == before
