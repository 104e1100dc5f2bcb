import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from lms.courses.models import CourseItem
from lms.courses.queries import forget_cached, items_of
from lms.extensions import db
from lms.quizzes.models import Attempt
from tests.factories import sitting
from tests.quizzes.reading import answers_of, words_of

KINDS = (
    "single_choice", "multiple_response", "true_false", "numeric", "short_text", "single_choice",
)  # fmt: skip
FIRST = "attempt/1/1"
TYPED = "attempt/1/5"


def options_of(learner, attempt, number=1):
    """List the ids of the options of a question, in the order of the page."""
    return [option for option, _words in sitting(learner.seat, attempt).question(number).options]


def is_chosen(response, option):
    return re.search(rf'value="{option}"\s+checked', response.text) is not None


@pytest.fixture
def attempt(learner):
    """An attempt with a question of every type, in the order of ``KINDS``."""
    attempt = learner.start()
    items = items_of(learner.seat.version_id)
    chosen = []
    for kind in KINDS:
        fitting = (key for key, item in items.items() if item.structure["type"] == kind)
        chosen.append(next(key for key in fitting if key not in chosen))
    attempt.item_keys = chosen
    db.session.commit()
    return attempt


@pytest.fixture
def options(learner, attempt):
    """The options of the first question, which has one right answer."""
    return options_of(learner, attempt)


class TestShowQuestion:
    def test_asks_one_question(self, learner, attempt, options):
        response = learner.get(FIRST)

        question = sitting(learner.seat, attempt).question(1)
        assert response.status_code == 200
        assert "<title>Question 1 of 6 – Serai</title>" in response.text
        assert response.text.count("<h1") == 1
        assert question.prompt in words_of(response).replace("&#34;", '"').replace("&#39;", "'")
        assert [response.text.count(f'value="{option}"') for option in options] == [1] * 4
        assert "Question 6, not answered" in words_of(response)

    def test_knows_no_other_numbers(self, learner, attempt):
        assert learner.get("attempt/1/0").status_code == 404
        assert learner.get("attempt/1/7").status_code == 404
        assert learner.get("attempt/2/1").status_code == 404

    def test_gives_each_page_an_id_for_its_answer(self, learner, attempt):
        ids = [
            re.search('name="client_id" value="([0-9a-f]{32})"', learner.get(FIRST).text)[1]
            for _page in range(2)
        ]

        assert ids[0] != ids[1]

    def test_marks_the_language_of_the_course(self, learner_in):
        learner = learner_in(language="ru")
        learner.start()

        page = learner.get(FIRST).text

        assert '<html lang="ru"' in page
        assert re.search(r'<h1[^>]* lang="en"', page)

    def test_shows_the_time_that_is_left(self, learner, set_quiz):
        set_quiz(limit_minutes=30)
        learner.start()

        response = learner.get(FIRST)

        assert "29 minutes left" in words_of(response)
        assert re.search('data-seconds="17[0-9]{2}"', response.text)

    def test_gives_away_neither_key_nor_feedback(self, learner, attempt):
        """Canaries stand in all that is for later; then the key changes, and no page does."""
        for item in db.session.scalars(select(CourseItem)):
            plant_canaries(item)
        db.session.commit()
        forget_cached()
        learner.post(FIRST, answer=options_of(learner, attempt)[0])
        pages = [*(f"attempt/1/{number}" for number in range(1, 7)), "attempt/1/review", "start"]

        before = [bare(learner.get(page)) for page in pages]
        for item in db.session.scalars(select(CourseItem)):
            change_key(item)
        db.session.commit()
        forget_cached()
        after = [bare(learner.get(page)) for page in pages]

        assert not [page for page in before if "canary" in page]
        assert before == after


def plant_canaries(item):
    for text in item.texts.values():
        text["feedback"] = "canary feedback"
        for option in text.get("options", {}):
            text.setdefault("option_feedback", {})[option] = "canary remark"
        if item.structure["type"] == "short_text":
            text["accepted"] = ["canary accepted"]
            item.structure["correct"] = ["canary key"]
    flag_modified(item, "texts")
    flag_modified(item, "structure")


def change_key(item):
    structure = item.structure
    if "options" in structure:
        others = [one for one in structure["options"] if one not in structure["correct"]]
        structure["correct"] = others[: len(structure["correct"])]
    elif structure["type"] == "true_false":
        structure["correct"] = not structure["correct"]
    elif structure["type"] == "numeric":
        structure["correct"] += 1
    flag_modified(item, "structure")


def bare(response):
    """Return a page without what is new on every page."""
    assert response.status_code == 200
    return re.sub('(name="(client_id|csrf_token)" value|nonce)="[^"]*"', "", response.text)


class TestSaveAnswer:
    def test_keeps_it_and_goes_on(self, learner, attempt, options):
        response = learner.post(FIRST, answer=options[2], then="next")

        assert response.status_code == 303
        assert response.location == learner.url("attempt/1/2")
        [answer] = answers_of(attempt)
        assert answer.response == options[2]
        assert answer.item_key == attempt.item_keys[0]
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
    def test_leads_where_the_button_says(self, learner, attempt, number, then, page):
        response = learner.post(f"attempt/1/{number}", then=then, flagged="on", flagged_shown="1")

        assert response.location == learner.url(page)

    def test_answers_the_script_with_a_receipt_in_the_readers_time(
        self, learner, client_of, attempt, options
    ):
        with time_machine.travel(datetime(2026, 12, 4, 9, 32, tzinfo=UTC)):
            learner.client = client_of(learner.person)
            response = learner.post(FIRST, quiet=True, answer=options[0])

        assert response.status_code == 200
        assert response.json == {"saved": "Saved at 14:32"}
        assert [answer.response for answer in answers_of(attempt)] == [options[0]]

    def test_shows_the_receipt_on_every_visit(self, learner, client_of, attempt, options):
        learner.post(FIRST, answer=options[0])
        local = answers_of(attempt)[0].saved_at.astimezone(ZoneInfo("Asia/Almaty"))

        assert f"Saved at {local:%H:%M}" in words_of(learner.get(FIRST))
        with time_machine.travel(datetime.now(UTC) + timedelta(days=1)):
            learner.client = client_of(learner.person)
            assert f"Saved on {local.day} " in words_of(learner.get(FIRST))

    def test_adds_to_the_log_and_lets_the_latest_win(self, learner, attempt, options):
        learner.post(FIRST, answer=options[0])
        first = [(answer.id, answer.saved_at) for answer in answers_of(attempt)]
        learner.post(FIRST, answer=options[1])

        log = answers_of(attempt)
        assert [answer.response for answer in log] == [options[0], options[1]]
        assert [(answer.id, answer.saved_at) for answer in log][:1] == first
        assert is_chosen(learner.get(FIRST), options[1])
        assert not is_chosen(learner.get(FIRST), options[0])

    def test_keeps_one_row_of_an_answer_sent_twice(self, learner, attempt, options):
        for quiet in (True, True, False):
            response = learner.post(FIRST, quiet=quiet, answer=options[0], client_id="same")
            assert response.status_code in {200, 303}

        assert len(answers_of(attempt)) == 1

    def test_lets_no_late_repeat_win_over_a_newer_answer(self, learner, attempt, options):
        for client_id, option in (("one", 0), ("two", 1), ("one", 0)):
            learner.post(FIRST, quiet=True, answer=options[option], client_id=client_id)

        assert [answer.response for answer in answers_of(attempt)] == [options[0], options[1]]

    def test_keeps_what_is_sent_from_a_page_of_the_browsers_history(
        self, learner, attempt, options
    ):
        for option in (0, 1, 0):
            learner.post(FIRST, answer=options[option], client_id="of the page")

        assert [answer.response for answer in answers_of(attempt)] == [
            options[0], options[1], options[0],
        ]  # fmt: skip

    def test_keeps_the_ids_of_two_learners_apart(self, learner, learner_in, attempt):
        other = learner_in()
        theirs = other.start()
        theirs.item_keys = attempt.item_keys
        learner.post(FIRST, answer=options_of(learner, attempt)[0], client_id="same")
        other.post(FIRST, answer=options_of(other, theirs)[0], client_id="same")

        assert len(answers_of(attempt)) == len(answers_of(theirs)) == 1

    def test_takes_an_answer_back(self, learner, attempt):
        learner.post(TYPED, quiet=True, answer="verifier")
        learner.post(TYPED, quiet=True, answer=" ")

        assert [answer.response for answer in answers_of(attempt)] == ["verifier", None]
        assert "0 of 6 answered" in words_of(learner.get(TYPED))

    def test_keeps_every_choice_of_several(self, learner, attempt):
        first, _second, third, *_rest = options_of(learner, attempt, 2)

        learner.post("attempt/1/2", answer=[first, third])

        assert set(answers_of(attempt)[0].response) == {first, third}
        page = learner.get("attempt/1/2")
        assert is_chosen(page, first)
        assert is_chosen(page, third)

    def test_keeps_a_number_as_it_was_typed(self, learner, attempt):
        learner.post("attempt/1/4", answer=" 2 840,5 ")

        assert answers_of(attempt)[0].response == "2 840,5"
        assert 'value="2 840,5"' in learner.get("attempt/1/4").text

    def test_goes_on_with_the_same_answers_on_another_device(
        self, learner, client_of, attempt, options
    ):
        learner.post(FIRST, answer=options[3], flagged="on", flagged_shown="1")
        phone = type(learner)(learner.person, learner.seat, client_of(learner.person))

        assert phone.post("start").location == phone.url("attempt/1/2")
        assert is_chosen(phone.get(FIRST), options[3])
        phone.post(FIRST, answer=options[1])
        assert is_chosen(learner.get(FIRST), options[1])


class TestAnswerNothing:
    def test_asks_for_an_answer_or_to_skip(self, learner, attempt):
        response = learner.post(FIRST, then="next")

        assert response.status_code == 422
        assert "<title>Error: Question 1 of 6 – Serai</title>" in response.text
        assert "You have not answered yet" in words_of(response)
        assert f'href="{learner.url("attempt/1/2")}">Skip this question' in response.text
        assert 'href="#answer-1"' in response.text
        assert answers_of(attempt) == []

    def test_goes_on_when_the_question_is_marked_for_later(self, learner, attempt):
        response = learner.post(FIRST, then="next", flagged="on", flagged_shown="1")

        assert response.location == learner.url("attempt/1/2")
        assert answers_of(attempt) == []


class TestMarkForLater:
    def test_marks_and_unmarks(self, learner, attempt):
        learner.post(FIRST, quiet=True, flagged="on", flagged_shown="1")
        assert "Question 1, not answered, marked for later" in words_of(learner.get(FIRST))
        assert db.session.get_one(Attempt, attempt.id).flagged == [attempt.item_keys[0]]

        learner.post(FIRST, quiet=True, flagged_shown="1")
        db.session.expire_all()
        assert db.session.get_one(Attempt, attempt.id).flagged == []

    def test_stays_when_the_page_did_not_show_it(self, learner, attempt, options):
        learner.post(FIRST, quiet=True, flagged="on", flagged_shown="1")
        learner.post(FIRST, quiet=True, answer=options[0])

        assert "Question 1, answered, marked for later" in words_of(learner.get(FIRST))


class TestRefuseAnswer:
    def test_keeps_the_page_when_the_option_is_unknown(self, learner, attempt, options):
        learner.post(FIRST, answer=options[1])

        response = learner.post(FIRST, answer="made-up", flagged="on", flagged_shown="1")

        assert response.status_code == 422
        assert "<title>Error: Question 1 of 6 – Serai</title>" in response.text
        assert "That is not an answer to this question. Choose again." in words_of(response)
        assert is_chosen(response, options[1])
        assert re.search(r'name="flagged"\s+checked', response.text)
        assert [answer.response for answer in answers_of(attempt)] == [options[1]]

    def test_tells_the_script_why(self, learner, attempt):
        response = learner.post(FIRST, quiet=True, answer="made-up")

        assert response.status_code == 422
        assert response.json["error"] == "That is not an answer to this question. Choose again."
        assert answers_of(attempt) == []

    def test_refuses_two_answers_to_a_question_with_one(self, learner, attempt, options):
        response = learner.post(FIRST, answer=options[:2])

        assert response.status_code == 422
        assert "This question takes one answer." in words_of(response)
        assert answers_of(attempt) == []

    def test_keeps_what_was_typed_when_it_is_too_long(self, learner, attempt):
        typed = "<b>word</b> " * 20

        response = learner.post(TYPED, answer=typed)

        assert response.status_code == 422
        assert "Write at most 200 characters." in words_of(response)
        assert typed.replace("<", "&lt;").replace(">", "&gt;") in response.text
        assert answers_of(attempt) == []


class TestAnswerTooLate:
    def test_says_that_the_attempt_was_handed_in(self, learner, attempt, options):
        learner.post(FIRST, answer=options[0])
        learner.post("attempt/1/submit")

        response = learner.post(FIRST, answer=options[1], then="next")

        assert response.location == learner.url("attempt/1/result")
        assert "This attempt was handed in before, so this answer does not count." in words_of(
            learner.get("attempt/1/result")
        )
        assert [answer.response for answer in answers_of(attempt)] == [options[0]]

    def test_tells_the_script_that_the_attempt_was_handed_in(self, learner, attempt, options):
        learner.post("attempt/1/submit")

        response = learner.post(FIRST, quiet=True, answer=options[1])

        assert response.status_code == 409
        assert "does not count" in response.json["error"]
        assert answers_of(attempt) == []

    def test_takes_what_was_on_its_way_when_the_time_ended(self, learner, attempt, options):
        with time_machine.travel(ended(attempt) + timedelta(seconds=4)):
            assert learner.post(FIRST, quiet=True, answer=options[0]).status_code == 200

        assert len(answers_of(attempt)) == 1

    def test_says_that_the_time_is_over(self, learner, attempt, options):
        learner.post(FIRST, answer=options[0])

        with time_machine.travel(ended(attempt) + timedelta(seconds=6)):
            quiet = learner.post(FIRST, quiet=True, answer=options[1])
            posted = learner.post(FIRST, answer=options[1])
            page = words_of(learner.get("attempt/1/result"))

        assert quiet.status_code == 409
        assert quiet.json["error"].startswith("The time is over, so this answer does not count.")
        assert posted.location == learner.url("attempt/1/result")
        assert "The time is over, so this answer does not count." in page
        assert "What you had saved counts: 1 of 6 questions are answered." in page
        assert [answer.response for answer in answers_of(attempt)] == [options[0]]


def ended(attempt):
    """Let the attempt have a deadline; return it."""
    attempt.deadline_at = datetime.now(UTC) + timedelta(minutes=30)
    db.session.commit()
    return attempt.deadline_at


class TestAccess:
    @pytest.mark.parametrize("page", ["attempt/1/1", "attempt/1/review", "attempt/1/result"])
    def test_hides_the_attempts_of_others_as_if_there_were_none(
        self, learner, learner_in, attempt, page
    ):
        stranger = learner_in()

        theirs = stranger.client.get(learner.url(page))
        missing = learner.get(page.replace("1", "9", 1))

        assert theirs.status_code == missing.status_code == 404
        assert plain(theirs, learner.url(page)) == plain(
            missing, learner.url(page.replace("1", "9", 1))
        )

    def test_lets_nobody_answer_for_others(self, learner, learner_in, attempt, options):
        stranger = learner_in()

        for page in (FIRST, "attempt/1/submit"):
            response = stranger.client.post(learner.url(page), data={"answer": options[0]})
            assert response.status_code == 404

        db.session.expire_all()
        assert answers_of(attempt) == []
        assert db.session.get_one(Attempt, attempt.id).submitted_at is None


def plain(response, address):
    """Return a page without its own address and the number of its request."""
    return response.text.replace(address, "").replace(response.headers["X-Request-Id"], "")
