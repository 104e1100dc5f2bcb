from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.authoring.views import regrading as views
from lms.certificates.models import Certificate
from lms.courses.queries import items_of
from lms.extensions import db
from lms.jobs.services import run_due
from lms.notices.models import Message
from lms.progress.models import Completion, DoneStep
from lms.quizzes.models import Attempt, KeyCorrection, ScoreChange
from lms.quizzes.services import save_answer, submit_attempt
from tests.certificates.conftest import at_once
from tests.factories import (
    FINAL,
    FIRST_QUIZ,
    as_form,
    complete,
    make_learner,
    make_staff,
    right_answer,
    sitting,
    start,
)

REASON = "Both decrees were meant, and the second one is in force."


def one_of(seat, kind="single_choice"):
    """Return key and item of the first item of a type."""
    items = items_of(seat.version_id)
    return next((key, item) for key, item in items.items() if item.structure["type"] == kind)


def wrong_option(item):
    return next(one for one in item.structure["options"] if one not in item.structure["correct"])


def take(seat, keys, answers, quiz=FIRST_QUIZ, pass_percent=100):
    """Take an attempt that asks just these items, answering them so."""
    attempt = start(seat, quiz)
    attempt.item_keys, attempt.pass_percent = keys, pass_percent
    db.session.commit()
    current = sitting(seat, attempt)
    for question, answer in zip(current.questions, answers, strict=True):
        form = right_answer(question) if answer is True else as_form(answer)
        save_answer(current, question, form, f"take-{question.number}")
    submit_attempt(current)
    db.session.commit()
    return attempt


class Page:
    """The page on which an instructor corrects one item."""

    def __init__(self, client, key, version_id):
        self.client, self.version_id = client, version_id
        self.url = f"/teach/digital-id/regrade/{key}"

    def look(self, answer=None, **form):
        """Ask what an answer as the key would change; None: the whole mark to everybody."""
        asked = {"give": "all" if answer is None else "key", "version": self.version_id, **form}
        if answer is not None:
            asked["answer"] = as_form(answer).getlist("answer")
        self.asked = asked
        return self.client.get(self.url, query_string=asked)

    def apply(self, page, reason=REASON):
        fingerprint = re.search(r'name="fingerprint"\s+value="(\w+)"', page.text)
        sent = {
            **self.asked,
            "reason": reason,
            "fingerprint": fingerprint[1] if fingerprint else "",
        }
        return self.client.post(self.url, data=sent)

    def correct(self, answer=None):
        return self.apply(self.look(answer))


@pytest.fixture
def seat(app):
    return make_learner()[1]


@pytest.fixture
def page(instructor, seat):
    key, _item = one_of(seat)
    return Page(instructor, key, seat.version_id)


def rows(model):
    db.session.expire_all()
    return list(db.session.scalars(select(model)))


class TestShowWhatWouldChange:
    def test_shows_the_item_with_the_key_of_today(self, page, seat):
        _key, item = one_of(seat)

        text = page.client.get(page.url).text

        assert item.texts["en"]["prompt"] in unescape(text)
        right = re.escape(item.structure["correct"][0])
        assert re.search(rf'value="{right}"\s+checked', text)

    def test_counts_and_saves_nothing(self, page, seat):
        key, item = one_of(seat)
        wrong = wrong_option(item)
        up = take(seat, [key], [wrong])
        down = take(make_learner()[1], [key], [True])

        text = page.look(wrong).text

        assert "1 score goes up, 1 goes down, 0 certificates are affected" in text
        db.session.refresh(up)
        db.session.refresh(down)
        assert (up.score_percent, down.score_percent) == (0, 100)
        assert not rows(KeyCorrection)

    def test_counts_the_certificate_that_is_to_come(self, page):
        seat = make_learner()[1]
        complete(seat, except_paths=(FINAL,))
        key, item = one_of(seat)
        take(seat, [key], [wrong_option(item)], FINAL)

        assert "1 certificate is affected" in page.look(wrong_option(item)).text

    @pytest.mark.parametrize(
        ("asked", "says"),
        [
            ({"give": "key"}, "Give the answer that should be right"),
            ({"give": "key", "answer": "no-such-option"}, "not an answer to this question"),
            ({"give": "all", "version": ""}, "Choose at least one version"),
            ({"give": "all", "version": "99999"}, "Choose at least one version"),
        ],
    )
    def test_says_what_is_missing(self, page, asked, says):
        asked = {"version": page.version_id, **asked}

        response = page.client.get(page.url, query_string=asked)

        assert response.status_code == 422
        assert says in response.text
        assert 'name="fingerprint"' not in response.text

    def test_asks_as_often_for_many_as_for_few(self, page, seat, count_queries):
        key, item = one_of(seat)
        wrong = wrong_option(item)
        take(seat, [key], [wrong])
        page.look(wrong)
        with count_queries() as few:
            page.look(wrong)
        for _more in range(4):
            take(make_learner()[1], [key], [wrong])

        with count_queries() as many:
            page.look(wrong)

        assert len(many) == len(few)

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_is_not_there_for_another_course(self, page, stranger, method):
        assert getattr(stranger, method)(page.url).status_code == 404

    @pytest.mark.parametrize("item", ["no-bank/no-item", "who-says-so/no-item"])
    def test_is_not_there_for_an_unknown_item(self, instructor, item):
        assert instructor.get(f"/teach/digital-id/regrade/{item}").status_code == 404


class TestApplyCorrection:
    def test_counts_again_with_the_new_key(self, page, seat):
        key, item = one_of(seat)
        attempt = take(seat, [key], [wrong_option(item)])

        response = page.correct(wrong_option(item))

        assert response.status_code == 303
        db.session.refresh(attempt)
        assert (attempt.score_percent, attempt.is_passed, attempt.marks) == (100, True, {key: 1})
        change = rows(ScoreChange)[0]
        assert (change.before_percent, change.after_percent) == (0, 100)
        assert not change.was_passed
        assert not change.is_pass_kept

    def test_gives_the_whole_mark_to_everybody(self, page, seat):
        key, item = one_of(seat)
        attempts = [take(seat, [key], [wrong_option(item)]), take(make_learner()[1], [key], [True])]

        page.correct()

        for attempt in attempts:
            db.session.refresh(attempt)
        assert [attempt.score_percent for attempt in attempts] == [100, 100]
        assert len(rows(ScoreChange)) == 1

    def test_keeps_a_pass_that_the_new_key_would_not_give(self, page, seat):
        key, item = one_of(seat)
        attempt = take(seat, [key], [True])

        response = page.look(wrong_option(item))
        page.apply(response)

        assert "Whoever has passed keeps the pass" in response.text
        db.session.refresh(attempt)
        assert attempt.is_passed
        assert attempt.score_percent == 0
        assert rows(ScoreChange)[0].is_pass_kept
        assert db.session.get(DoneStep, (seat.enrolment_id, FIRST_QUIZ))

    def test_gives_the_certificate_with_a_new_pass(self, page):
        seat = make_learner()[1]
        complete(seat, except_paths=(FINAL,))
        key, item = one_of(seat)
        take(seat, [key], [wrong_option(item)], FINAL)
        assert not rows(Certificate)

        page.correct(wrong_option(item))

        assert db.session.get(Completion, seat.enrolment_id)
        assert [one.enrolment_id for one in rows(Certificate)] == [seat.enrolment_id]

    def test_tells_each_learner_whose_score_changed_and_nobody_else(self, page, client_of):
        person, seat = make_learner()
        _other, other_seat = make_learner()
        key, item = one_of(seat)
        take(seat, [key], [wrong_option(item)])
        second = next(key for key in items_of(seat.version_id) if key != one_of(seat)[0])
        take(other_seat, [second], [True])

        page.correct(wrong_option(item))

        message = db.session.query(Message).filter_by(kind="score_corrected").one()
        assert message.person_id == person.id
        assert "0 %" in message.body
        assert "100 %" in message.body
        assert REASON in message.body
        result = client_of(person).get(
            f"/learn/{seat.cohort_slug}/digital-id/{FIRST_QUIZ}/attempt/1/result"
        )
        assert "The key of question 1 was corrected on" in result.text
        assert REASON in result.text

    def test_says_in_the_log_what_it_did_and_why(self, page, seat):
        key, item = one_of(seat)
        attempt = take(seat, [key], [wrong_option(item)])

        page.correct(wrong_option(item))

        made = db.session.query(AuditEvent).filter_by(action="correct_key").one()
        assert (made.object_id, made.reason, made.details["up"]) == (key, REASON, 1)
        changed = db.session.query(AuditEvent).filter_by(action="change_score").one()
        assert (changed.object_id, changed.reason) == (str(attempt.id), REASON)

    def test_does_it_once_when_pressed_twice(self, page, seat):
        key, item = one_of(seat)
        take(seat, [key], [wrong_option(item)])
        shown = page.look(wrong_option(item))
        page.apply(shown)

        again = page.apply(shown)

        assert again.status_code == 303
        assert len(rows(KeyCorrection)) == len(rows(ScoreChange)) == 1
        assert db.session.query(Message).filter_by(kind="score_corrected").count() == 1

    def test_does_it_once_for_presses_at_the_same_moment(self, app, page, seat):
        key, item = one_of(seat)
        take(seat, [key], [wrong_option(item)])
        shown = page.look(wrong_option(item))

        answers = at_once(app, *[lambda: page.apply(shown)] * 4)

        assert {answer.status_code for answer in answers} == {303}
        assert len(rows(KeyCorrection)) == len(rows(ScoreChange)) == 1

    def test_accepts_one_more_text_only_once(self, instructor, seat):
        key, _item = one_of(seat, "short_text")
        take(seat, [key], ["another word"])
        page = Page(instructor, key, seat.version_id)
        shown = page.look("another word")
        page.apply(shown)

        page.apply(shown)

        assert len(rows(KeyCorrection)) == 1

    def test_asks_again_when_somebody_handed_in_meanwhile(self, page, seat):
        key, item = one_of(seat)
        wrong = wrong_option(item)
        take(seat, [key], [wrong])
        shown = page.look(wrong)
        take(make_learner()[1], [key], [wrong])

        response = page.apply(shown)

        assert response.status_code == 409
        assert "2 scores go up" in response.text
        assert not rows(KeyCorrection)
        assert page.apply(response).status_code == 303
        assert len(rows(ScoreChange)) == 2

    @pytest.mark.parametrize("reason", ["", "wrong", "x" * 501])
    def test_asks_for_a_reason(self, page, seat, reason):
        key, item = one_of(seat)
        take(seat, [key], [wrong_option(item)])

        response = page.apply(page.look(wrong_option(item)), reason)

        assert response.status_code == 422
        assert not rows(KeyCorrection)

    def test_marks_with_the_new_key_what_is_handed_in_later(self, page, seat):
        key, item = one_of(seat)
        page.correct(wrong_option(item))

        attempt = take(seat, [key], [wrong_option(item)])

        assert attempt.score_percent == 100

    def test_leaves_a_marker_what_only_a_marker_can_mark(self, page, seat):
        key, item = one_of(seat)
        attempt = take(seat, [key], [wrong_option(item)])
        attempt.marked_at = attempt.score_percent = attempt.is_passed = None
        db.session.commit()

        page.correct(wrong_option(item))

        db.session.refresh(attempt)
        assert attempt.marks == {key: 1}
        assert attempt.score_percent is None
        assert not rows(ScoreChange)

    def test_can_be_corrected_again(self, page, seat):
        key, item = one_of(seat)
        attempt = take(seat, [key], [wrong_option(item)])
        page.correct(wrong_option(item))

        page.correct(item.structure["correct"][0])

        db.session.refresh(attempt)
        assert (attempt.score_percent, attempt.is_passed) == (0, True)
        assert [one.is_pass_kept for one in rows(ScoreChange)] == [False, True]


class TestApplyManyAtOnce:
    @pytest.fixture(autouse=True)
    def _few_are_many(self, monkeypatch):
        monkeypatch.setattr(views, "MOST_AT_ONCE", 0)

    def test_leaves_it_to_a_job_and_shows_how_it_stands(self, page, seat):
        key, item = one_of(seat)
        attempt = take(seat, [key], [wrong_option(item)])

        response = page.correct(wrong_option(item))

        assert "being applied in the background" in page.client.get(response.location).text
        db.session.refresh(attempt)
        assert attempt.score_percent == 0
        run_due()
        db.session.refresh(attempt)
        assert attempt.score_percent == 100
        assert "being applied" not in page.client.get(response.location).text

    def test_says_when_the_job_found_something_else(self, page, seat):
        key, item = one_of(seat)
        take(seat, [key], [wrong_option(item)])
        page.correct(wrong_option(item))
        take(make_learner()[1], [key], [wrong_option(item)])

        run_due()

        assert not rows(KeyCorrection)
        assert "The last correction was not applied" in page.client.get(page.url).text


class TestWhoMayCorrect:
    def test_is_the_instructor_of_the_course_alone(self, seat, client_of):
        key, _item = one_of(seat)
        url = f"/teach/digital-id/regrade/{key}"

        for role in ("coordinator", "officer", "administrator"):
            scope = ("country", "KZ") if role != "administrator" else ()
            assert client_of(make_staff(role, *scope)).get(url).status_code == 403

        assert not rows(Attempt)
