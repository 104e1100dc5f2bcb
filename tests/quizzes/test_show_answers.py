"""When the learner sees what is right and why: a setting of the quiz."""

from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine

from lms.cohorts.models import Cohort
from lms.courses.queries import items_of
from lms.extensions import db
from lms.quizzes.items import as_form
from lms.quizzes.models import ExtraTime
from lms.quizzes.rules import may_see_answers
from tests.factories import (
    make_cohort,
    make_staff,
    right_answer,
    sitting,
    take_quiz,
)
from tests.quizzes.reading import words_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PAGES = ("start", "attempt/1/1", "attempt/1/6", "attempt/1/review", "attempt/1/result", "attempt/1/clock")  # fmt: skip


def secrets_of(learner, attempt) -> list[str]:
    """List what nobody may read before it is shown: why each answer is right or wrong."""
    found = []
    for question in sitting(learner.seat, attempt).questions:
        found.append(question.type.read_text(question.text).feedback)
        found += question.text.get("option_feedback", {}).values()
    return found


def leaks(learner, attempt, pages=PAGES) -> list[str]:
    """Return the secrets that stand in any answer of the server."""
    texts = [unescape(learner.get(page).get_data(as_text=True)) for page in pages]
    return [one for one in secrets_of(learner, attempt) if any(one in text for text in texts)]


class TestMaySeeAnswers:
    @pytest.mark.parametrize(
        ("show", "closed", "expected"),
        [
            ("after_submission", None, True),
            ("after_submission", 1, True),
            ("after_each", None, True),
            ("after_close", None, True),
            ("after_close", 1, False),
            ("after_close", 0, True),
            ("after_close", -1, True),
            ("never", None, False),
            ("never", -1, False),
        ],
    )
    def test_follows_the_setting(self, show, closed, expected):
        closed_at = None if closed is None else NOW + closed * HOUR

        assert may_see_answers(show, NOW, closed_at) is expected


class TestShowAnswersAfterSubmission:
    def test_shows_none_before(self, learner):
        assert leaks(learner, learner.start()) == []

    def test_shows_all_after(self, learner):
        attempt = take_quiz(learner.seat, right=3)

        shown = unescape(learner.get("attempt/1/result").text)

        for question in sitting(learner.seat, attempt).questions:
            assert question.feedback.why in shown


class TestShowAnswersNever:
    def test_shows_the_result_and_nothing_else(self, learner, set_quiz):
        set_quiz(show="never")
        attempt = take_quiz(learner.seat, right=3)

        page = words_of(learner.get("attempt/1/result"))

        assert "Not yet passed: 3 of 6 correct" in page
        assert "Your result is 50 %." in page
        assert "This quiz shows no answers." in page
        assert "Right answer" not in page
        assert "What to read again" not in page
        assert leaks(learner, attempt) == []

    def test_is_told_before(self, learner, set_quiz):
        set_quiz(show="never")

        start_page = words_of(learner.get("start"))
        learner.start()

        assert "Answers Not shown" in start_page
        assert "the answers are not shown" in words_of(learner.get("attempt/1/1"))


class TestShowAnswersAfterClose:
    @pytest.fixture
    def closing(self, learner_in, set_quiz):
        """Somebody in a cohort whose quiz closes in an hour."""
        set_quiz(show="after_close", limit_minutes=30)
        cohort = make_cohort(closes_at=datetime.now(UTC) + HOUR)
        return learner_in(cohort)

    def test_shows_the_score_at_once_and_the_answers_once_it_has_closed(self, closing):
        attempt = take_quiz(closing.seat, right=3)

        before = words_of(closing.get("attempt/1/result"))
        leaked = leaks(closing, attempt)
        with time_machine.travel(datetime.now(UTC) + HOUR + timedelta(seconds=1)):
            after = words_of(closing.get("attempt/1/result"))

        assert "Your result is 50 %." in before
        assert "The answers are shown once the quiz has closed, on " in before
        assert "(UTC+5)" in before
        assert leaked == []
        assert after.count("Right answer") == 3
        assert "What to read again" in after

    def test_names_the_closing_time_before(self, closing):
        start_page = words_of(closing.get("start"))
        closing.start()

        assert "Shown once the quiz has closed" in start_page
        assert "once the quiz has closed, on" in words_of(closing.get("attempt/1/1"))

    def test_waits_for_those_of_the_cohort_who_have_extra_time(self, closing, learner_in, set_quiz):
        attempt = take_quiz(closing.seat, right=3)
        slow = learner_in(db.session.get_one(Cohort, closing.seat.cohort_id))
        giver = make_staff("coordinator", "country", "KZ")
        db.session.add(
            ExtraTime(
                person_id=slow.person.id, factor=2, reason="Reads slowly", granted_by_id=giver.id,
                granted_at=datetime.now(UTC),
            )
        )  # fmt: skip
        db.session.commit()
        with time_machine.travel(datetime.now(UTC) + 0.9 * HOUR):
            slow.start()

        with time_machine.travel(datetime.now(UTC) + 1.2 * HOUR):
            assert leaks(closing, attempt) == []
        with time_machine.travel(datetime.now(UTC) + 1.6 * HOUR):
            assert leaks(closing, attempt) != []

    def test_shows_them_after_submission_where_nothing_closes(self, learner, set_quiz):
        set_quiz(show="after_close")
        take_quiz(learner.seat, right=3)

        assert "Right answer" in words_of(learner.get("attempt/1/result"))


class TestCheckAnswer:
    @pytest.fixture
    def attempt(self, learner, set_quiz):
        set_quiz(show="after_each")
        attempt = learner.start()
        kinds = ("single_choice", "true_false")
        items = items_of(learner.seat.version_id).items()
        plain = [key for key, item in items if item.structure["type"] in kinds]
        attempt.item_keys = plain[:6]
        db.session.commit()
        return attempt

    def question(self, learner, attempt, number=1):
        db.session.expire_all()
        return sitting(learner.seat, attempt).question(number)

    def check(self, learner, attempt, number=1):
        answer = right_answer(self.question(learner, attempt, number))
        return learner.post(f"attempt/1/{number}/check", **as_fields(answer))

    def test_saves_and_shows_what_is_right_and_why(self, learner, attempt):
        response = self.check(learner, attempt)

        assert response.status_code == 303
        assert response.location == learner.url("attempt/1/1")
        question = self.question(learner, attempt)
        assert question.is_answered
        assert question.is_checked
        page = learner.get("attempt/1/1")
        assert 'tabindex="-1" autofocus><span class="tag ok">' in "".join(
            page.text.split("\n")
        ).replace("  ", "")
        assert "Correct" in words_of(page)
        assert question.feedback.why in unescape(page.text)
        assert learner.url("attempt/1/1/check") not in page.text

    def test_says_what_is_right_when_the_answer_is_not(self, learner, attempt):
        wrong = wrong_answer(self.question(learner, attempt))

        learner.post("attempt/1/1/check", **as_fields(wrong))

        page = words_of(learner.get("attempt/1/1"))
        assert "Not correct" in page
        assert "Right answer" in page

    def test_gives_away_nothing_of_the_other_questions(self, learner, attempt):
        self.check(learner, attempt)
        own = self.question(learner, attempt)
        mine = {
            own.type.read_text(own.text).feedback,
            *own.text.get("option_feedback", {}).values(),
        }

        assert set(leaks(learner, attempt)) <= mine

    def test_takes_no_other_answer(self, learner, attempt):
        self.check(learner, attempt)
        kept = self.question(learner, attempt).response

        other = as_fields(wrong_answer(self.question(learner, attempt)))
        by_form = learner.post("attempt/1/1", then="next", **other)
        by_script = learner.post("attempt/1/1", quiet=True, **other)
        again = learner.post("attempt/1/1/check", **other)

        assert (by_form.status_code, by_script.status_code, again.status_code) == (409, 409, 409)
        assert "it takes no other one" in by_script.get_json()["error"]
        assert self.question(learner, attempt).response == kept

    def test_cannot_be_filled_in_any_more(self, learner, attempt):
        self.check(learner, attempt)

        page = "".join(learner.get("attempt/1/1").text.split())

        assert "<fieldsetdisabled>" in page
        assert "Savea" not in page.split("<details")[0]

    def test_needs_an_answer(self, learner, attempt):
        response = learner.post("attempt/1/1/check")

        assert response.status_code == 422
        assert "<title>Error:" in response.text
        assert "You have not answered yet" in words_of(response)
        assert not self.question(learner, attempt).is_checked

    def test_is_no_longer_marked_for_later(self, learner, attempt):
        attempt.flagged = [attempt.item_keys[0]]
        db.session.commit()

        self.check(learner, attempt)

        assert not self.question(learner, attempt).is_flagged

    def test_counts_like_any_other_answer(self, learner, attempt):
        for number in range(1, 5):
            self.check(learner, attempt, number)
        learner.post("attempt/1/submit")

        db.session.refresh(attempt)
        assert attempt.is_passed
        assert int(attempt.score_percent) == 66

    @pytest.mark.parametrize("show", ["after_submission", "after_close", "never"])
    def test_is_refused_where_the_quiz_shows_answers_later(self, learner, set_quiz, show):
        set_quiz(show=show)
        attempt = learner.start()

        page = words_of(learner.get("attempt/1/1"))
        response = self.check(learner, attempt)

        assert "Check answer " not in page
        assert response.status_code == 409
        assert not self.question(learner, attempt).is_answered
        assert leaks(learner, attempt) == []

    def test_comes_too_late_after_handing_in(self, learner, attempt):
        learner.post("attempt/1/submit")

        response = self.check(learner, attempt)

        assert response.location == learner.url("attempt/1/result")

    def test_is_not_there_for_others(self, learner, learner_in, attempt):
        stranger = learner_in()

        assert stranger.client.post(learner.url("attempt/1/1/check")).status_code == 404

    def test_leads_on_to_the_next_question(self, learner, attempt):
        self.check(learner, attempt)

        assert f'href="{learner.url("attempt/1/2")}">Continue<' in "".join(
            learner.get("attempt/1/1").text.split("\n")
        )


def as_fields(form) -> dict[str, list[str]]:
    return {name: form.getlist(name) for name in form}


def wrong_answer(question):
    """Answer something that is not right."""
    right = question.type.correct_response(question.item.structure)
    if question.type_name == "true_false":
        return as_form(not right)
    return as_form(next(option for option, _words in question.options if option != right))
