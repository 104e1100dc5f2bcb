import pytest
from sqlalchemy import select

from lms.extensions import db
from lms.quizzes.models import Answer
from tests.quizzes.marked_by_people import ESSAY, TRUE, make_quiz
from tests.quizzes.reading import words_of

SHORT = "Your answer has 2 words; at least 3 are asked for. It is saved all the same."


@pytest.fixture
def attempt(learner):
    make_quiz({**ESSAY, "min_words": 3, "max_words": 5}, TRUE)
    return learner.start()


def answers() -> list[str]:
    return list(db.session.scalars(select(Answer.response).order_by(Answer.id)))


class TestWriteEssay:
    def test_keeps_what_was_written_with_its_lines(self, learner, attempt):
        response = learner.post("attempt/1/1", answer="One\r\ntwo three", then="next")

        assert response.location == learner.url("attempt/1/2")
        assert answers() == ["One\ntwo three"]
        assert "One\ntwo three</textarea>" in learner.get("attempt/1/1").text
        assert '<span class="lines">One\ntwo three</span>' in learner.get("attempt/1/review").text

    def test_saves_too_few_words_and_says_so(self, learner, attempt):
        learner.post("attempt/1/1", answer="Too few", then="next")

        assert answers() == ["Too few"]
        assert f"Question 1: {SHORT}" in words_of(learner.get("attempt/1/2"))
        assert SHORT in words_of(learner.get("attempt/1/1"))

    def test_saves_too_many_words_and_says_so(self, learner, attempt):
        learner.post("attempt/1/1", answer="a b c d e f", then="next")

        assert answers() == ["a b c d e f"]
        page = words_of(learner.get("attempt/1/1"))
        assert "Your answer has 6 words; at most 5 are asked for." in page

    def test_keeps_on_the_page_what_is_far_too_long(self, learner, attempt):
        text = "word " * 4001

        response = learner.post("attempt/1/1", answer=text, then="next")

        assert response.status_code == 422
        assert "This answer is too long. Write at most 20000 characters." in words_of(response)
        assert "word word word" in response.text
        assert answers() == []

    def test_says_by_what_it_is_marked(self, learner, attempt):
        page = words_of(learner.get("attempt/1/1"))

        assert "A person marks your answer, by this" in page
        assert "Clear All of it" in page
