"""Questions that are asked for their own sake, among scored ones and alone."""

import pytest

from lms.extensions import db
from lms.quizzes.queries import quiz_of
from tests.factories import FIRST_QUIZ, make_staff, take_quiz
from tests.quizzes.asking import TRUE, ask
from tests.quizzes.reading import answers_of, words_of

LIKERT = (
    {"type": "likert", "levels": 3},
    {"prompt": "How often?", "feedback": "Ask again.", "labels": ["Never", "Often", "Always"]},
)
REFLECTION = ({"type": "reflection"}, {"prompt": "And at home?", "feedback": "Keep it."})


@pytest.fixture
def mixture(app):
    return ask(LIKERT, TRUE, TRUE, REFLECTION, TRUE, pass_percent=60)


class TestShowStart:
    def test_counts_only_what_is_scored_for_the_pass(self, learner, mixture):
        page = words_of(learner.get("start"))

        assert "Questions 5" in page
        assert "2 of 3 right (60 %)" in page
        assert "2 questions are not scored." in page
        assert quiz_of(learner.seat, FIRST_QUIZ).needed_count == 2

    def test_asks_nothing_right_where_nothing_is_scored(self, learner):
        ask(LIKERT, REFLECTION, pass_percent=0)

        assert "none is right or wrong" in words_of(learner.get("start"))


class TestAnswerUnscored:
    def test_keeps_a_level_and_the_lines_of_a_text(self, learner, mixture):
        attempt = learner.start()

        learner.post("attempt/1/1", answer="2", then="next")
        learner.post("attempt/1/4", answer="First the law.\r\nThen <b>this</b>.", then="next")

        assert [one.response for one in answers_of(attempt)] == [
            "2",
            "First the law.\nThen <b>this</b>.",
        ]
        review = learner.get("attempt/1/review").text
        assert '<span class="lines">First the law.\nThen &lt;b&gt;this&lt;/b&gt;.</span>' in review
        assert "What is not scored changes nothing." in review

    def test_says_how_long_a_text_may_be(self, learner, mixture):
        learner.start()

        response = learner.post("attempt/1/4", answer="x" * 20_001)

        assert response.status_code == 422
        assert "at most 20000 characters" in words_of(response)

    def test_offers_no_check_where_nothing_is_right(self, learner):
        ask(LIKERT, TRUE, show="after_each")
        learner.start()

        assert "attempt/1/1/check" not in learner.get("attempt/1/1").text
        assert "attempt/1/2/check" in learner.get("attempt/1/2").text
        assert learner.post("attempt/1/1/check", answer="1").status_code == 409


class TestShowResult:
    def test_counts_only_what_is_scored(self, learner, mixture):
        attempt = learner.start()
        for number, answer in enumerate(["3", "true", "true", "My own words.", "false"], 1):
            learner.post(f"attempt/1/{number}", answer=answer)

        learner.post("attempt/1/submit")

        db.session.refresh(attempt)
        assert attempt.marks == dict.fromkeys(mixture[1:3], 1.0) | {mixture[4]: 0.0}
        assert int(attempt.score_percent) == 66
        assert attempt.is_passed
        page = words_of(learner.get("attempt/1/result"))
        assert "Passed: 2 of 3 correct" in page
        assert "To pass you need 2 of 3 (60 %)." in page
        assert page.count("Not scored") == 2
        assert page.count("Not correct") == 1
        asked = page[page.index("Asked for its own sake") :]
        assert "Always" in asked
        assert "My own words." in asked
        assert "Feedback Keep it." in asked
        assert "Right answer" not in asked

    def test_passes_whoever_hands_in_what_is_not_scored(self, learner):
        ask(LIKERT, REFLECTION, pass_percent=0)

        attempt = take_quiz(learner.seat)

        assert attempt.is_passed
        page = words_of(learner.get("attempt/1/result"))
        assert "Nothing in this quiz is scored." in page
        assert "0 of 0" not in page


class TestShowQuestionsToInstructor:
    def test_shows_no_right_answer(self, client_of, mixture):
        instructor = make_staff("instructor", "course", "digital-id")

        page = words_of(client_of(instructor).get(f"/teach/digital-id/questions/{FIRST_QUIZ}"))

        likert = page[page.index("How often?") : page.index("Ask again.")]
        assert "Never Often Always" in likert
        assert "Right answer" not in likert
        reflection = page[page.index("And at home?") : page.index("Keep it.")]
        assert "Right answer" not in reflection
        assert page.count("Not scored") == 2
