from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.accounts import services as accounts
from lms.audit.models import AuditEvent
from lms.extensions import db
from lms.notices.models import Message
from lms.progress.models import DoneStep
from tests.authoring.marking import QUEUE, TEXT, form, hand_in, markings
from tests.factories import make_learner, make_staff
from tests.pages import text_of
from tests.quizzes.uploads import PDF


@pytest.fixture
def colleague(client_of):
    """The client of another person who teaches the course."""
    return client_of(make_staff("instructor", "course", "digital-id", given_name="Bolat"))


def last_audit(action: str) -> AuditEvent:
    query = select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id.desc())
    return db.session.scalars(query).first()


def chosen(response) -> list[tuple[str, str]]:
    """Return the levels that the page has chosen already."""
    return re.findall(r'<input checked[^>]*name="level-([^"]*)"[^>]*value="(\d)"', response.text)


class TestShowAnswer:
    def test_shows_the_answer_the_rubric_and_what_a_good_answer_has(self, client_of, instructor):
        paper = hand_in(client_of)

        response = instructor.get(paper.url())

        page = text_of(response)
        assert f'<p class="lines">{TEXT}</p>' in response.text
        assert "What would you change?" in page
        assert "A good answer names one thing." in page
        assert "Clear None of it Some of it Most of it All of it" in page
        assert "10 words" in page
        assert paper.person.name in page

    def test_is_one_answer_of_this_attempt_this_quiz_and_this_course(
        self, client_of, instructor, stranger
    ):
        paper = hand_in(client_of)
        other = paper.url().replace("who-says-so/check", "when-it-leaked/check")

        assert stranger.get(paper.url()).status_code == 404
        assert stranger.post(paper.url(), data=form()).status_code == 404
        for address in (
            other,
            paper.url(2),  # marked by rule
            f"{QUEUE}/{paper.attempt.id}/who-says-so/nothing",
            f"{QUEUE}/{paper.attempt.id + 1}/{paper.keys[0]}",
            f"{paper.url()}/file",
        ):
            assert instructor.get(address).status_code == 404
        assert instructor.post(other, data=form()).status_code == 404
        assert markings() == []

    @pytest.mark.parametrize("role", ["coordinator", "officer", "administrator", "auditor"])
    def test_is_closed_to_every_other_role(self, client_of, role):
        paper = hand_in(client_of)
        scope = {"coordinator": ("country", "KZ"), "officer": ("country", "KZ")}.get(
            role, ("all", "")
        )
        client = client_of(make_staff(role, *scope))

        assert client.get(paper.url()).status_code == 403
        assert client.post(paper.url(), data=form()).status_code == 403

    def test_is_not_there_before_it_is_handed_in_or_after_the_learner_has_left(
        self, client_of, instructor
    ):
        paper = hand_in(client_of)
        paper.attempt.enrolment.withdrawn_at = paper.attempt.submitted_at
        db.session.commit()

        assert instructor.get(paper.url()).status_code == 404


class TestMarkAnswer:
    def test_keeps_the_mark_and_settles_the_attempt(self, client_of, instructor, outbox):
        paper = hand_in(client_of)

        response = instructor.post(paper.url(), data=form(2, 0, comment="Name the law.\nPlease."))

        assert response.location == QUEUE
        (mark,) = markings()
        assert (mark.item_key, mark.position, mark.share) == (paper.keys[0], 1, 0.5)
        assert mark.levels == {"clarity": 2, "evidence": 0}
        assert mark.comment == "Name the law.\nPlease."
        attempt = paper.refresh()
        assert attempt.marks == {paper.keys[0]: 0.5, paper.keys[1]: 1.0}
        assert (attempt.score_percent, attempt.is_passed) == (75, True)
        assert attempt.marked_at is not None
        audit = last_audit("mark_answer")
        assert (audit.object_id, audit.details["share"]) == (str(attempt.id), 0.5)

    def test_lets_progress_follow(self, client_of, instructor):
        paper = hand_in(client_of)
        assert db.session.scalars(select(DoneStep)).all() == []

        instructor.post(paper.url(), data=form())

        assert [step.path for step in db.session.scalars(select(DoneStep))] == [paper.attempt.quiz]

    def test_tells_the_learner_in_the_own_language(self, client_of, instructor):
        learner, seat = make_learner(language="ru")
        paper = hand_in(client_of, person=(learner, seat))

        instructor.post(paper.url(), data=form())

        message = db.session.scalars(select(Message).where(Message.person_id == learner.id)).one()
        assert (message.kind, message.language) == ("answers_marked", "ru")
        assert (
            f"/learn/{seat.cohort_slug}/digital-id/{paper.attempt.quiz}/attempt/1/result"
            in message.body
        )

    def test_waits_for_the_other_answer_of_the_attempt(self, client_of, instructor):
        paper = hand_in(client_of, with_file=True)

        response = instructor.post(paper.url(1), data=form())

        assert response.location == paper.url(3)
        assert paper.refresh().marked_at is None
        assert db.session.scalars(select(Message)).all() == []
        instructor.post(paper.url(3), data=form(0, 0))
        assert paper.refresh().marks[paper.keys[2]] == 0.0
        assert paper.attempt.score_percent == pytest.approx(66.67, abs=0.01)
        assert paper.attempt.is_passed is False

    @pytest.mark.parametrize("missing", ["level-clarity", "level-evidence"])
    def test_asks_for_a_level_of_each_criterion_and_keeps_what_was_typed(
        self, client_of, instructor, missing
    ):
        paper = hand_in(client_of)
        sent = form(comment="Well <argued>")
        del sent[missing]

        response = instructor.post(paper.url(), data=sent)

        assert response.status_code == 422
        assert "Choose a level." in text_of(response)
        assert "Well &lt;argued&gt;</textarea>" in response.text
        assert len(chosen(response)) == 1
        assert markings() == []

    @pytest.mark.parametrize("level", ["4", "-1", "x"])
    def test_refuses_a_level_that_is_not_there(self, client_of, instructor, level):
        paper = hand_in(client_of)

        assert instructor.post(paper.url(), data=form(level)).status_code == 422
        assert markings() == []

    def test_is_not_for_the_own_answer(self, client_of):
        learner, seat = make_learner()
        accounts.grant_role(None, learner, "instructor", "course", "digital-id")
        db.session.commit()
        paper = hand_in(client_of, person=(learner, seat))

        assert "This is your own answer." in text_of(paper.client.get(paper.url()))
        assert paper.client.post(paper.url(), data=form()).status_code == 409
        assert markings() == []

    def test_takes_a_form_that_comes_twice_once(self, client_of, instructor):
        paper = hand_in(client_of)

        first, second = (instructor.post(paper.url(), data=form()) for _ in range(2))

        assert first.status_code == second.status_code == 303
        assert len(markings()) == 1

    def test_keeps_no_mark_of_an_answer_from_before_a_reopening(self, client_of, instructor):
        paper = hand_in(client_of, with_file=True)
        instructor.post(paper.url(1), data=form())
        markings()[0].marked_at = paper.attempt.submitted_at - timedelta(hours=1)
        db.session.commit()

        assert instructor.post(paper.url(1), data=form(1)).location == paper.url(3)
        assert len(markings()) == 2


class TestTwoMarkersAtOnce:
    def test_tells_the_second_what_is_there_and_keeps_what_was_typed(
        self, client_of, instructor, colleague
    ):
        paper = hand_in(client_of)
        instructor.post(paper.url(), data=form(1, 0, comment="Too short."))

        response = colleague.post(paper.url(), data=form(3, 1, comment="Very good!"))

        assert response.status_code == 409
        page = text_of(response)
        assert "Somebody else has marked this answer since you opened the page." in page
        assert "Too short." in page
        assert "Very good!</textarea>" in response.text
        assert len(markings()) == 1

    def test_lets_the_second_replace_it_with_a_reason(self, client_of, instructor, colleague):
        paper = hand_in(client_of)
        instructor.post(paper.url(), data=form(1, 0))
        seen = markings()[0].id

        colleague.post(paper.url(), data=form(3, 1, seen_id=seen, reason="Read it again together"))

        assert [mark.share for mark in markings()] == [0.25, 1.0]
        assert paper.refresh().score_percent == 100

    def test_shows_nothing_of_the_first_marks_where_a_second_person_marks(
        self, client_of, instructor, colleague
    ):
        paper = hand_in(client_of, marking={"second_marker_percent": 50})
        instructor.post(paper.url(), data=form(1, 0, comment="Too short."))

        response = colleague.post(paper.url(), data=form(3, 1, comment="Very good!"))

        assert response.status_code == 409
        assert "Too short." not in response.text
        assert "Very good!</textarea>" in response.text
        assert 'name="place" type="hidden" value="2"' in response.text


class TestSecondMarker:
    @pytest.fixture
    def paper(self, client_of):
        return hand_in(client_of, marking={"second_marker_percent": 10})

    def test_marks_what_is_close_to_the_pass_mark(self, paper, instructor, colleague):
        instructor.post(paper.url(), data=form(2, 0))  # 75 %, and 70 % pass

        assert paper.refresh().marked_at is None
        page = text_of(colleague.get(paper.url()))
        assert (
            "so a second person marks it: you. You do not see the first marks; the mean of both counts."
            in page
        )
        response = colleague.post(paper.url(), data=form(0, 1, place=2))

        assert response.location == QUEUE
        assert [(mark.position, mark.share) for mark in markings()] == [(1, 0.5), (2, 0.25)]
        attempt = paper.refresh()
        assert attempt.marks[paper.keys[0]] == 0.375
        assert (attempt.score_percent, attempt.is_passed) == (68.75, False)
        assert "what counts is the mean, 38 % of its points" in text_of(colleague.get(paper.url()))

    def test_is_not_needed_far_from_the_pass_mark(self, paper, instructor):
        instructor.post(paper.url(), data=form(3, 1))

        assert paper.refresh().score_percent == 100

    def test_does_not_see_the_first_marks(self, paper, instructor, colleague):
        instructor.post(paper.url(), data=form(2, 0, comment="A secret"))

        response = colleague.get(paper.url())

        assert "A secret" not in response.text
        assert chosen(response) == []
        assert "% of the points" not in text_of(response)

    def test_is_not_the_first_marker(self, paper, instructor):
        instructor.post(paper.url(), data=form(2, 0))

        response = instructor.post(paper.url(), data=form(3, 1, place=2))

        assert response.status_code == 409
        assert "The second person must be another one" in text_of(response)
        assert len(markings()) == 1
        assert "a second person marks this answer too" in text_of(instructor.get(paper.url()))

    def test_waits_until_all_answers_are_marked_once(self, client_of, instructor, colleague):
        paper = hand_in(client_of, with_file=True, marking={"second_marker_percent": 10})
        instructor.post(paper.url(1), data=form(2, 0))

        page = text_of(colleague.get(paper.url(1)))

        assert "Whether a second person marks it too is known once all answers" in page
        assert colleague.post(paper.url(1), data=form(place=2)).status_code == 409
        assert colleague.post(paper.url(1), data=form(place=1)).status_code == 409
        assert len(markings()) == 1

    def test_settles_when_the_first_marker_changes_the_mark_to_one_that_is_not_close(
        self, paper, instructor
    ):
        instructor.post(paper.url(), data=form(2, 0))
        seen = markings()[0].id

        instructor.post(
            paper.url(), data=form(3, 1, seen_id=seen, reason="I had overlooked a page")
        )

        assert paper.refresh().score_percent == 100


class TestChangeMark:
    @pytest.fixture
    def paper(self, client_of, instructor):
        paper = hand_in(client_of)
        instructor.post(paper.url(), data=form(1, 0))
        return paper

    def change(self, client, paper, *levels, reason="A page was overlooked", **more):
        seen = markings()[-1].id
        return client.post(paper.url(), data=form(*levels, seen_id=seen, reason=reason, **more))

    def test_asks_why(self, paper, instructor):
        response = self.change(instructor, paper, 3, 1, reason=" ")

        assert response.status_code == 422
        assert "Say why the mark is changed." in text_of(response)
        assert len(markings()) == 1

    def test_adds_a_mark_and_keeps_the_old_one(self, paper, instructor):
        assert paper.refresh().is_passed is False

        self.change(instructor, paper, 3, 1)

        assert [(mark.share, mark.reason) for mark in markings()] == [
            (0.25, ""), (1.0, "A page was overlooked"),
        ]  # fmt: skip
        assert (paper.refresh().score_percent, paper.attempt.is_passed) == (100, True)
        assert last_audit("change_mark").reason == "A page was overlooked"
        assert last_audit("change_score").details["score_percent"] == 100
        assert [step.path for step in db.session.scalars(select(DoneStep))] == [paper.attempt.quiz]

    def test_shows_who_changed_it_when_and_why(self, paper, colleague, instructor):
        self.change(colleague, paper, 3, 1)

        page = text_of(instructor.get(paper.url()))

        assert "Changed: A page was overlooked" in page
        first, second = (mark.marker.name for mark in markings())
        assert page.index(second) < page.rindex(first)

    def test_keeps_a_pass_that_was_given(self, paper, instructor):
        self.change(instructor, paper, 3, 1)

        self.change(instructor, paper, 0, 0)

        attempt = paper.refresh()
        assert (attempt.score_percent, attempt.is_passed) == (50, True)
        assert last_audit("change_score").details["is_pass_kept"] is True

    def test_tells_the_learner_again(self, paper, instructor):
        self.change(instructor, paper, 3, 1)

        bodies = [one.body for one in db.session.scalars(select(Message).order_by(Message.id))]
        assert "have been marked" in bodies[0]
        assert "has been changed" in bodies[1]

    def test_starts_from_the_mark_that_holds(self, paper, instructor):
        response = instructor.get(paper.url())

        assert chosen(response) == [("clarity", "1"), ("evidence", "0")]
        assert "Why the mark is changed" in response.text


class TestDownloadFile:
    def test_gives_the_file_to_whoever_marks_and_to_nobody_else(
        self, client_of, instructor, stranger
    ):
        paper = hand_in(client_of, with_file=True)
        address = f"{paper.url(3)}/file"

        response = instructor.get(address)

        assert response.data == PDF
        assert response.headers["Content-Disposition"].endswith('filename="Aigul plan.pdf"')
        assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert stranger.get(address).status_code == 404
        assert paper.client.get(address).status_code == 403
