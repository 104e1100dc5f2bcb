"""Pairs, an order and things to sort, from the question to the result."""

import re

import pytest

from lms.extensions import db
from tests.factories import FIRST_QUIZ, make_staff, take_quiz
from tests.quizzes.asking import TRUE, ask
from tests.quizzes.items import test_categorise, test_matching, test_ordering
from tests.quizzes.reading import answers_of, words_of


def item_of(module, **change):
    return {**module.STRUCTURE, **change}, module.TEXT


@pytest.fixture
def asked(app):
    return ask(
        item_of(test_matching, partial=True),
        item_of(test_ordering, partial=True),
        item_of(test_categorise),
        TRUE,
        pass_percent=70,
        shuffle=False,
    )


def lines(response):
    return re.findall(r'<select[^>]*name="answer\.(\w+)"', response.text)


def form(**places):
    return {f"answer.{part}": choice for part, choice in places.items()}


class TestShowQuestion:
    def test_asks_each_line_with_a_list(self, learner, asked):
        learner.start()

        assert lines(learner.get("attempt/1/1")) == test_matching.STRUCTURE["stems"]
        assert lines(learner.get("attempt/1/3")) == test_categorise.STRUCTURE["options"]

    def test_never_shows_the_right_order_even_without_shuffling(self, learner, asked):
        learner.start()

        page = learner.get("attempt/1/2")

        assert lines(page) != test_ordering.STRUCTURE["correct"]
        assert sorted(lines(page)) == sorted(test_ordering.STRUCTURE["options"])
        assert lines(page) == lines(learner.get("attempt/1/2"))
        assert "js/ordering.js" in page.text
        assert "js/ordering.js" not in learner.get("attempt/1/1").text

    def test_shows_an_order_as_it_was_given(self, learner, asked):
        learner.start()
        learner.post("attempt/1/2", **form(hologram="1", law="2", card="3", plastic="4"))

        assert lines(learner.get("attempt/1/2")) == ["hologram", "law", "card", "plastic"]

    def test_says_which_questions_are_answered_in_part(self, learner, asked):
        learner.start()
        learner.post("attempt/1/1", **form(face="identify"))

        page = words_of(learner.get("attempt/1/2"))

        assert "Question 1, partly answered" in page
        assert "All questions: 0 of 4 answered" in page


class TestSaveAnswer:
    def test_keeps_the_lines_that_are_chosen(self, learner, asked):
        attempt = learner.start()

        learner.post("attempt/1/1", **form(face="identify", number="", age="register"))

        (answer,) = answers_of(attempt)
        assert answer.response == {"face": "identify", "age": "register"}

    def test_keeps_two_things_at_one_place_and_says_so(self, learner, asked):
        attempt = learner.start()

        response = learner.post("attempt/1/2", **form(law="1", card="1"), then="next")

        assert response.status_code == 303
        assert answers_of(attempt)[0].response == {"card": "1", "law": "1"}
        assert "Question 2: Two lines have the same place." in words_of(learner.get("attempt/1/3"))
        assert "Two lines have the same place." in words_of(learner.get("attempt/1/2"))

    def test_asks_again_when_nothing_was_chosen(self, learner, asked):
        learner.start()

        response = learner.post("attempt/1/1", **form(face=""), then="next")

        assert response.status_code == 422
        assert "Choose an answer for each line" in words_of(response)
        assert 'aria-describedby="answer-hint answer-error"' in response.text

    def test_refuses_what_no_list_offers(self, learner, asked):
        attempt = learner.start()

        response = learner.post("attempt/1/1", quiet=True, **form(face="forbid"))

        assert response.status_code == 422
        assert answers_of(attempt) == []


class TestReviewAnswers:
    def test_tells_untouched_from_unfinished(self, learner, asked):
        learner.start()
        learner.post("attempt/1/1", **form(face="identify"))
        learner.post("attempt/1/2", **form(law="1", card="1", plastic="2", hologram="3"))
        learner.post("attempt/1/3", **form(**test_categorise.RIGHT))

        review = words_of(learner.get("attempt/1/review"))

        assert "1 of 4 questions is not answered: question 4" in review
        assert "2 of 4 questions are partly answered: question 1 , question 2" in review
        assert "Partly answered A face: Identify" in review
        assert "Partly answered Two lines have the same place." in review
        assert "Name: On the phone" in review

    def test_counts_only_what_is_whole_as_answered(self, learner, asked):
        learner.start()
        learner.post("attempt/1/1", **form(face="identify"))

        assert "0 of 4 questions are answered" in words_of(learner.get("start"))


class TestShowResult:
    def test_says_which_parts_were_right(self, learner, asked):
        attempt = learner.start()
        right = test_matching.RIGHT | {"age": "register"}
        learner.post("attempt/1/1", **form(**right))
        learner.post("attempt/1/2", **form(card="1", plastic="2", hologram="3", law="4"))
        learner.post("attempt/1/3", **form(**dict.fromkeys(test_categorise.RIGHT, "phone")))

        learner.post("attempt/1/submit")

        db.session.refresh(attempt)
        assert list(attempt.marks.values()) == pytest.approx([2 / 3, 2 / 3, 0, 0])
        page = words_of(learner.get("attempt/1/result"))
        assert "A face: Authenticate Correct A number: Identify Correct" in page
        assert "An age: Register Not correct" in page
        assert "Right answer A face: Authenticate A number: Identify An age: Authorise" in page
        assert "Card, then Plastic Correct" in page
        assert "Hologram, then Law Not correct" in page
        assert "Right answer 1. Law 2. Card 3. Plastic 4. Hologram" in page
        assert "Name: On the phone Correct Key: On the phone Not correct" in page

    def test_names_what_was_left_open(self, learner, asked):
        learner.start()
        learner.post("attempt/1/1", **form(face="authenticate"))
        learner.post("attempt/1/submit")

        page = words_of(learner.get("attempt/1/result"))

        assert "A number: not answered Not correct" in page

    def test_takes_its_own_answers_for_right(self, learner, asked):
        assert take_quiz(learner.seat).score_percent == 100


class TestShowQuestionsToInstructor:
    def test_shows_the_whole_key_and_what_fits_nothing(self, client_of, asked):
        instructor = client_of(make_staff("instructor", "course", "digital-id"))

        page = words_of(instructor.get(f"/teach/digital-id/questions/{FIRST_QUIZ}"))

        assert "Right answer A face: Authenticate A number: Identify An age: Authorise" in page
        assert "Offered as well, right nowhere: Register" in page
        assert "Right answer 1. Law 2. Card 3. Plastic 4. Hologram" in page
        assert "Right answer Name: On the phone Key: In the register" in page


class TestCorrectKey:
    @pytest.fixture
    def correct(self, client_of, learner):
        """Return a function that asks what a key would change, and applies it if it may."""
        client = client_of(make_staff("instructor", "course", "digital-id"))

        def ask_and_apply(key, response):
            url = f"/teach/digital-id/regrade/{key}"
            asked = {"give": "key", "version": learner.seat.version_id, **form(**response)}
            page = client.get(url, query_string=asked)
            if found := re.search(r'name="fingerprint"\s+value="(\w+)"', page.text):
                sent = {"fingerprint": found[1], "reason": "The scenes were read anew."}
                client.post(url, data={**asked, **sent})
            return words_of(page)

        return ask_and_apply

    @pytest.mark.parametrize(
        ("number", "given"),
        [
            (1, test_matching.RIGHT | {"age": "register"}),
            (2, test_ordering.placed("card", "law", "plastic", "hologram")),
            (3, test_categorise.RIGHT | {"id": "phone"}),
        ],
    )
    def test_takes_another_answer_for_the_right_one(self, learner, asked, correct, number, given):
        attempt = learner.start()
        learner.post(f"attempt/1/{number}", **form(**given))
        learner.post("attempt/1/submit")
        db.session.refresh(attempt)
        assert attempt.marks[asked[number - 1]] < 1

        page = correct(asked[number - 1], given)

        assert "1 score goes up" in page
        db.session.refresh(attempt)
        assert attempt.marks[asked[number - 1]] == 1

    def test_needs_the_whole_answer(self, asked, correct):
        assert "No key makes this answer right." in correct(asked[0], {"face": "identify"})
        tied = test_ordering.RIGHT | {"law": "2"}
        assert "No key makes this answer right." in correct(asked[1], tied)
