import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from werkzeug.datastructures import MultiDict

from lms.extensions import db
from lms.quizzes.models import Attempt
from lms.quizzes.services import save_answer
from tests.factories import sitting
from tests.quizzes.reading import answers_of, options_of, words_of

FIRST = "attempt/1/1"
TYPED = "attempt/1/5"


def is_chosen(response, option):
    return re.search(rf'value="{option}"\s+checked', response.text) is not None


class TestSaveAnswer:
    def test_keeps_it_and_goes_on(self, learner, mixed, options):
        response = learner.post(FIRST, answer=options[2], then="next")

        assert response.status_code == 303
        assert response.location == learner.url("attempt/1/2")
        [answer] = answers_of(mixed)
        assert answer.response == options[2]
        assert answer.item_key == mixed.item_keys[0]
        assert is_chosen(learner.get(FIRST), options[2])
        assert "Question 1, answered" in words_of(learner.get("attempt/1/2"))

    @pytest.mark.parametrize(
        ("number", "then", "page"),
        [
            (1, "next", "attempt/1/2"),
            (1, "back", "attempt/1/1"),
            (3, "back", "attempt/1/2"),
            (3, "review", "attempt/1/review"),
            (6, "next", "attempt/1/review"),
            (6, "", "attempt/1/review"),
        ],
    )
    def test_leads_where_the_button_says(self, learner, mixed, number, then, page):
        response = learner.post(f"attempt/1/{number}", then=then, flagged="on", flagged_shown="1")

        assert response.location == learner.url(page)

    def test_answers_the_script_with_a_receipt_in_the_readers_time(
        self, learner, client_of, mixed, options
    ):
        with time_machine.travel(datetime(2026, 12, 4, 9, 32, tzinfo=UTC)):
            learner.client = client_of(learner.person)
            response = learner.post(FIRST, quiet=True, answer=options[0])

        assert response.status_code == 200
        [answer] = answers_of(mixed)
        assert answer.response == options[0]
        assert response.json == {
            "saved": "Saved at 14:32", "sequence": answer.id, "is_stale": False, "seconds_left": None,
        }  # fmt: skip

    def test_shows_the_receipt_on_every_visit(self, learner, client_of, mixed, options):
        learner.post(FIRST, answer=options[0])
        local = answers_of(mixed)[0].saved_at.astimezone(ZoneInfo("Asia/Almaty"))

        assert f"Saved at {local:%H:%M}" in words_of(learner.get(FIRST))
        with time_machine.travel(datetime.now(UTC) + timedelta(days=1)):
            learner.client = client_of(learner.person)
            assert f"Saved on {local.day} " in words_of(learner.get(FIRST))

    def test_adds_to_the_log_and_lets_the_latest_win(self, learner, mixed, options):
        learner.post(FIRST, answer=options[0])
        first = [(answer.id, answer.saved_at) for answer in answers_of(mixed)]
        learner.post(FIRST, answer=options[1])

        log = answers_of(mixed)
        assert [answer.response for answer in log] == [options[0], options[1]]
        assert [(answer.id, answer.saved_at) for answer in log][:1] == first
        assert is_chosen(learner.get(FIRST), options[1])
        assert not is_chosen(learner.get(FIRST), options[0])

    def test_keeps_one_row_of_an_answer_sent_twice(self, learner, mixed, options):
        for quiet in (True, True, False):
            response = learner.post(FIRST, quiet=quiet, answer=options[0], client_id="same")
            assert response.status_code in {200, 303}

        assert len(answers_of(mixed)) == 1

    def test_lets_no_late_repeat_win_over_a_newer_answer(self, learner, mixed, options):
        for client_id, option in (("one", 0), ("two", 1), ("one", 0)):
            learner.post(FIRST, quiet=True, answer=options[option], client_id=client_id)

        assert [answer.response for answer in answers_of(mixed)] == [options[0], options[1]]

    def test_keeps_what_is_sent_from_a_page_of_the_browsers_history(self, learner, mixed, options):
        for option in (0, 1, 0):
            learner.post(FIRST, answer=options[option], client_id="of the page")

        assert [answer.response for answer in answers_of(mixed)] == [
            options[0], options[1], options[0],
        ]  # fmt: skip

    def test_keeps_the_ids_of_two_learners_apart(self, learner, learner_in, mixed, options):
        other = learner_in()
        theirs = other.start()
        theirs.item_keys = mixed.item_keys
        for one in (learner, other):
            one.post(FIRST, quiet=True, answer=options[0], client_id="same")

        assert len(answers_of(mixed)) == len(answers_of(theirs)) == 1

    def test_counts_again_what_another_device_replaced_at_this_moment(self, learner, mixed):
        learner.post("attempt/1/5", answer="verifier")
        read_before = sitting(learner.seat, mixed).question(5)
        learner.post("attempt/1/5", answer="issuer")

        again = MultiDict({"answer": "verifier"})
        receipt = save_answer(sitting(learner.seat, mixed), read_before, again, "of the other")
        db.session.commit()

        assert [one.response for one in answers_of(mixed)] == ["verifier", "issuer", "verifier"]
        assert receipt.sequence == answers_of(mixed)[-1].id

    def test_takes_an_answer_back(self, learner, mixed):
        learner.post(TYPED, quiet=True, answer="verifier")
        learner.post(TYPED, quiet=True, answer=" ")

        assert [answer.response for answer in answers_of(mixed)] == ["verifier", None]
        assert "0 of 6 answered" in words_of(learner.get(TYPED))

    def test_keeps_every_choice_of_several(self, learner, mixed):
        first, _second, third, *_rest = options_of(learner, mixed, 2)

        learner.post("attempt/1/2", answer=[first, third])

        assert set(answers_of(mixed)[0].response) == {first, third}
        page = learner.get("attempt/1/2")
        assert is_chosen(page, first)
        assert is_chosen(page, third)

    def test_keeps_a_number_as_it_was_typed(self, learner, mixed):
        learner.post("attempt/1/4", answer=" 2 840,5 ")

        assert answers_of(mixed)[0].response == "2 840,5"
        assert 'value="2 840,5"' in learner.get("attempt/1/4").text

    def test_goes_on_with_the_same_answers_on_another_device(
        self, learner, client_of, mixed, options
    ):
        learner.post(FIRST, answer=options[3], flagged="on", flagged_shown="1")
        phone = type(learner)(learner.person, learner.seat, client_of(learner.person))

        assert phone.post("start").location == phone.url("attempt/1/2")
        assert is_chosen(phone.get(FIRST), options[3])
        phone.post(FIRST, answer=options[1])
        assert is_chosen(learner.get(FIRST), options[1])


class TestAnswerNothing:
    def test_asks_for_an_answer_or_to_skip(self, learner, mixed):
        response = learner.post(FIRST, then="next")

        assert response.status_code == 422
        assert "<title>Error: Question 1 of 6 – Serai</title>" in response.text
        assert "You have not answered yet" in words_of(response)
        assert f'href="{learner.url("attempt/1/2")}">Skip this question' in response.text
        assert 'href="#answer-1"' in response.text
        assert answers_of(mixed) == []

    def test_goes_on_when_the_question_is_marked_for_later(self, learner, mixed):
        response = learner.post(FIRST, then="next", flagged="on", flagged_shown="1")

        assert response.location == learner.url("attempt/1/2")
        assert answers_of(mixed) == []


class TestMarkForLater:
    def test_marks_and_unmarks(self, learner, mixed):
        learner.post(FIRST, quiet=True, flagged="on", flagged_shown="1")
        assert "Question 1, not answered, marked for later" in words_of(learner.get(FIRST))
        assert db.session.get_one(Attempt, mixed.id).flagged == [mixed.item_keys[0]]

        learner.post(FIRST, quiet=True, flagged_shown="1")
        db.session.expire_all()
        assert db.session.get_one(Attempt, mixed.id).flagged == []

    def test_stays_when_the_page_did_not_show_it(self, learner, mixed, options):
        learner.post(FIRST, quiet=True, flagged="on", flagged_shown="1")
        learner.post(FIRST, quiet=True, answer=options[0])

        assert "Question 1, answered, marked for later" in words_of(learner.get(FIRST))


class TestRefuseAnswer:
    def test_keeps_the_page_when_the_option_is_unknown(self, learner, mixed, options):
        learner.post(FIRST, answer=options[1])

        response = learner.post(FIRST, answer="made-up", flagged="on", flagged_shown="1")

        assert response.status_code == 422
        assert "<title>Error: Question 1 of 6 – Serai</title>" in response.text
        assert "That is not an answer to this question. Choose again." in words_of(response)
        assert is_chosen(response, options[1])
        assert re.search(r'name="flagged"\s+checked', response.text)
        assert [answer.response for answer in answers_of(mixed)] == [options[1]]

    def test_tells_the_script_why(self, learner, mixed):
        response = learner.post(FIRST, quiet=True, answer="made-up")

        assert response.status_code == 422
        assert response.json["error"] == "That is not an answer to this question. Choose again."
        assert answers_of(mixed) == []

    def test_refuses_two_answers_to_a_question_with_one(self, learner, mixed, options):
        response = learner.post(FIRST, answer=options[:2])

        assert response.status_code == 422
        assert "This question takes one answer." in words_of(response)
        assert answers_of(mixed) == []

    def test_keeps_what_was_typed_when_it_is_too_long(self, learner, mixed):
        typed = "<b>word</b> " * 20

        response = learner.post(TYPED, answer=typed)

        assert response.status_code == 422
        assert "Write at most 200 characters." in words_of(response)
        assert typed.replace("<", "&lt;").replace(">", "&gt;") in response.text
        assert answers_of(mixed) == []


class TestAnswerTooLate:
    def test_says_that_the_attempt_was_handed_in(self, learner, mixed, options):
        learner.post(FIRST, answer=options[0])
        learner.post("attempt/1/submit")

        response = learner.post(FIRST, answer=options[1], then="next")

        assert response.location == learner.url("attempt/1/result")
        assert "This attempt was handed in before, so this answer does not count." in words_of(
            learner.get("attempt/1/result")
        )
        assert [answer.response for answer in answers_of(mixed)] == [options[0]]

    def test_tells_the_script_that_the_attempt_was_handed_in(self, learner, mixed, options):
        learner.post("attempt/1/submit")

        response = learner.post(FIRST, quiet=True, answer=options[1])

        assert response.status_code == 409
        assert "does not count" in response.json["error"]
        assert answers_of(mixed) == []

    def test_takes_what_was_on_its_way_when_the_time_ended(self, learner, mixed, options):
        with time_machine.travel(ended(mixed) + timedelta(seconds=4)):
            assert learner.post(FIRST, quiet=True, answer=options[0]).status_code == 200

        assert len(answers_of(mixed)) == 1

    def test_says_that_the_time_is_over(self, learner, mixed, options):
        learner.post(FIRST, answer=options[0])

        with time_machine.travel(ended(mixed) + timedelta(seconds=6)):
            quiet = learner.post(FIRST, quiet=True, answer=options[1])
            posted = learner.post(FIRST, answer=options[1])
            page = words_of(learner.get("attempt/1/result"))

        assert quiet.status_code == 409
        assert quiet.json["error"].startswith("The time is over, so this answer does not count.")
        assert posted.location == learner.url("attempt/1/result")
        assert "The time is over, so this answer does not count." in page
        assert "What you had saved counts: 1 of 6 questions are answered." in page
        assert [answer.response for answer in answers_of(mixed)] == [options[0]]


def ended(attempt):
    """Let the attempt have a deadline; return it."""
    attempt.deadline_at = datetime.now(UTC) + timedelta(minutes=30)
    db.session.commit()
    return attempt.deadline_at


class TestAccess:
    @pytest.mark.parametrize("page", ["attempt/1/1", "attempt/1/review", "attempt/1/result"])
    def test_hides_the_attempts_of_others_as_if_there_were_none(
        self, learner, learner_in, mixed, page
    ):
        stranger = learner_in()

        theirs = stranger.client.get(learner.url(page))
        missing = learner.get(page.replace("1", "9", 1))

        assert theirs.status_code == missing.status_code == 404
        assert plain(theirs, learner.url(page)) == plain(
            missing, learner.url(page.replace("1", "9", 1))
        )

    def test_lets_nobody_answer_for_others(self, learner, learner_in, mixed, options):
        stranger = learner_in()

        for page in (FIRST, "attempt/1/submit"):
            response = stranger.client.post(learner.url(page), data={"answer": options[0]})
            assert response.status_code == 404

        db.session.expire_all()
        assert answers_of(mixed) == []
        assert db.session.get_one(Attempt, mixed.id).submitted_at is None


def plain(response, address):
    """Return a page without its own address and the number of its request."""
    return response.text.replace(address, "").replace(response.headers["X-Request-Id"], "")
