"""Asking about a step and reporting a mistake; staff of the course and mentors of the cohort answer in place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.cohorts.models import StepQuestion
from lms.extensions import db
from lms.notices.models import Message
from tests.factories import make_cohort, make_learner, make_staff

STEP = "who-says-so/number-and-card"


def asked(client, seat, **facts):
    data = {"kind": "question", "text": "Why twelve digits?", **facts}
    return client.post(f"/learn/{seat.cohort_slug}/{seat.course_slug}/{STEP}/ask", data=data)


def the_question() -> StepQuestion:
    return db.session.scalars(select(StepQuestion)).one()


def mails() -> dict[str, str]:
    query = select(Message).where(Message.kind.startswith("question")).order_by(Message.id)
    return {message.address: message.body for message in db.session.scalars(query)}


class TestAsk:
    def test_stands_under_each_step(self, app, client_of):
        person, seat = make_learner()

        page = client_of(person).get(f"/learn/{seat.cohort_slug}/{seat.course_slug}/{STEP}")

        assert f"/{STEP}/ask" in page.text
        assert "Report a mistake" in page.text

    def test_reaches_the_mentors_of_the_cohort_and_the_instructors_of_the_course(
        self, app, client_of
    ):
        person, seat = make_learner()
        near = [
            make_staff("mentor", "cohort", seat.cohort_slug),
            make_staff("instructor", "course", "digital-id"),
        ]
        make_staff("mentor", "cohort", make_cohort().slug)
        make_staff("instructor", "course", "another")
        make_staff("instructor", "all")

        answer = asked(client_of(person), seat)

        assert answer.status_code == 303
        assert mails().keys() == {one.email for one in near}
        assert "Why twelve digits?" in mails()[near[0].email]

    def test_reaches_those_who_teach_every_course_where_nobody_is_nearer(self, app, client_of):
        person, seat = make_learner()
        far = make_staff("instructor", "all")
        was_let_in = make_staff("instructor", "course", "digital-id")
        was_let_in.grants[0].expires_at = datetime.now(UTC) - timedelta(minutes=1)
        db.session.commit()

        asked(client_of(person), seat)

        assert mails().keys() == {far.email}

    def test_keeps_what_was_typed_and_changes_nothing_when_it_is_refused(self, app, client_of):
        person, seat = make_learner()

        answer = asked(client_of(person), seat, text="  ", kind="mistake")

        assert answer.status_code == 422
        assert "Write what you ask or what is wrong." in answer.text
        assert 'value="mistake" checked' in answer.text or "checked" in answer.text
        assert db.session.scalars(select(StepQuestion)).all() == []

    @pytest.mark.parametrize("path", ["who-says-so/none", "none/none"])
    def test_is_a_404_for_a_step_that_is_not_there(self, app, client_of, path):
        person, seat = make_learner()

        answer = client_of(person).get(f"/learn/{seat.cohort_slug}/{seat.course_slug}/{path}/ask")

        assert answer.status_code == 404

    def test_keeps_markup_as_text(self, app, client_of):
        person, seat = make_learner()
        client = client_of(person)

        asked(client, seat, text="<script>alert(1)</script>")

        page = client.get(f"/learn/{seat.cohort_slug}/{seat.course_slug}/questions")
        assert "&lt;script&gt;alert(1)" in page.text


class TestAnswer:
    def test_goes_to_the_learner_and_stands_beside_the_question(self, app, client_of):
        person, seat = make_learner()
        mentor = make_staff("mentor", "cohort", seat.cohort_slug)
        asked(client_of(person), seat)
        address = f"/teach/inbox/{the_question().id}"
        client = client_of(mentor)
        assert "Why twelve digits?" in client.get(address).text

        answer = client.post(address, data={"text": "The last one is a check digit."})

        assert answer.status_code == 303
        db.session.refresh(the_question())
        assert the_question().closed_at is not None
        assert "check digit" in mails()[person.email]
        page = client_of(person).get(f"/learn/{seat.cohort_slug}/{seat.course_slug}/questions")
        assert "The last one is a check digit." in page.text
        assert "Answered" in page.text

    def test_is_opened_again_by_whoever_asks_on(self, app, client_of):
        person, seat = make_learner()
        mentor = make_staff("mentor", "cohort", seat.cohort_slug)
        asked(client_of(person), seat)
        question = the_question()
        client_of(mentor).post(f"/teach/inbox/{question.id}", data={"text": "A check digit."})

        answer = client_of(person).post(
            f"/learn/{seat.cohort_slug}/{seat.course_slug}/questions/{question.id}",
            data={f"q{question.id}-text": "Which rule?"},
        )

        assert answer.status_code == 303
        db.session.refresh(question)
        assert question.closed_at is None
        assert [reply.text for reply in question.replies] == ["A check digit.", "Which rule?"]

    def test_is_not_for_mentors_of_another_cohort(self, app, client_of):
        person, seat = make_learner()
        stranger = client_of(make_staff("mentor", "cohort", make_cohort().slug))
        asked(client_of(person), seat)
        address = f"/teach/inbox/{the_question().id}"

        assert stranger.get(address).status_code == 404
        assert stranger.post(address, data={"text": "Hello"}).status_code == 404
        assert "Why twelve" not in stranger.get("/teach/inbox").text

    def test_needs_words(self, app, client_of):
        person, seat = make_learner()
        mentor = client_of(make_staff("mentor", "cohort", seat.cohort_slug))
        asked(client_of(person), seat)

        answer = mentor.post(f"/teach/inbox/{the_question().id}", data={"text": ""})

        assert answer.status_code == 422
        assert "Write an answer." in answer.text
        assert the_question().replies == []

    def test_is_not_read_by_another_learner(self, app, client_of):
        cohort = make_cohort()
        person, seat = make_learner(cohort)
        other, _seat = make_learner(cohort)
        asked(client_of(person), seat)
        address = f"/learn/{seat.cohort_slug}/{seat.course_slug}/questions"

        assert "Why twelve" not in client_of(other).get(address).text
        answer = client_of(other).post(f"{address}/{the_question().id}", data={})
        assert answer.status_code == 404


class TestInbox:
    def test_is_filtered_in_the_address_and_counts_its_statements(
        self, app, client_of, count_queries
    ):
        cohort = make_cohort()
        instructor = client_of(make_staff("instructor", "course", "digital-id"))
        for number in range(3):
            person, seat = make_learner(cohort)
            asked(client_of(person), seat, text=f"Question {number}", kind="mistake")
        instructor.get("/teach/inbox")

        with count_queries() as few:
            page = instructor.get("/teach/inbox?kind=mistake&state=open")

        assert page.text.count("Question ") >= 3
        assert "Question 1" not in instructor.get("/teach/inbox?kind=translation").text
        assert len(few) <= 6
