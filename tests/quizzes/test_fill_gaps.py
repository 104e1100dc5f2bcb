"""A passage with gaps, from the question to the result."""

import pytest

from lms.extensions import db
from tests.factories import FIRST_QUIZ, make_staff, take_quiz
from tests.quizzes.asking import TRUE, ask
from tests.quizzes.items.test_cloze import PARTIAL, TEXT
from tests.quizzes.reading import answers_of, words_of


@pytest.fixture
def asked(app):
    return ask((PARTIAL, TEXT), TRUE, pass_percent=70)


class TestFillGaps:
    def test_keeps_some_and_says_that_others_are_open(self, learner, asked):
        attempt = learner.start()

        learner.post("attempt/1/1", **{"answer.year": "1968", "answer.paper": ""}, then="next")

        assert [one.response for one in answers_of(attempt)] == [{"year": "1968"}]
        review = words_of(learner.get("attempt/1/review"))
        assert "1 of 2 questions is not answered: question 2" in review
        assert "1 of 2 questions is partly answered: question 1" in review
        assert "Numbers came in [1968], with a card of […] for everybody." in review

    def test_shows_again_what_was_refused(self, learner, asked):
        learner.start()

        response = learner.post(
            "attempt/1/1", **{"answer.year": "x" * 201, "answer.paper": "b"}, then="next"
        )

        assert response.status_code == 422
        assert "x" * 201 in response.text
        assert response.text.count("selected") == 1

    def test_asks_again_when_nothing_was_given(self, learner, asked):
        learner.start()

        response = learner.post("attempt/1/1", **{"answer.year": " "}, then="next")

        assert response.status_code == 422
        assert "Fill in the gaps" in words_of(response)


class TestShowResult:
    def test_gives_a_share_and_shows_both_passages(self, learner, asked):
        attempt = learner.start()
        learner.post("attempt/1/1", **{"answer.year": "1968", "answer.paper": "c"})
        learner.post("attempt/1/2", answer="true")

        learner.post("attempt/1/submit")

        db.session.refresh(attempt)
        assert attempt.marks == {asked[0]: 0.5, asked[1]: 1.0}
        assert attempt.score_percent == 75
        page = words_of(learner.get("attempt/1/result"))
        assert "Partly correct" in page
        assert "Your answer Numbers came in [1968], with a card of Correct" in page
        assert "with a card of [steel] for everybody. Not correct" in page
        assert "[nineteen sixty-eight], with a card of [coated paper] for everybody." in page

    def test_takes_its_own_answer_for_right(self, learner, asked):
        assert take_quiz(learner.seat).score_percent == 100


class TestShowQuestionsToInstructor:
    def test_shows_the_key_in_its_place(self, client_of, asked):
        instructor = client_of(make_staff("instructor", "course", "digital-id"))

        page = words_of(instructor.get(f"/teach/digital-id/questions/{FIRST_QUIZ}"))

        assert "Right answer Numbers came in [1968 / nineteen sixty-eight], with" in page
