import re

import pytest

from lms.extensions import db
from lms.quizzes.services import flag, save_answer
from tests.factories import right_answer, sitting
from tests.quizzes.reading import words_of


@pytest.fixture
def attempt(learner):
    """An attempt whose questions 1 to 5 are answered, and of which question 4 is marked."""
    attempt = learner.start()
    current = sitting(learner.seat, attempt)
    for question in current.questions[:5]:
        save_answer(current, question, right_answer(question), str(question.number))
    flag(current, current.question(4), is_flagged=True)
    db.session.commit()
    return attempt


class TestReviewAnswers:
    def test_lists_every_question_with_its_answer(self, learner, attempt):
        response = learner.get("attempt/1/review")

        page = words_of(response)
        assert response.status_code == 200
        for question in sitting(learner.seat, attempt).questions:
            assert f"{question.number}. " in page
        assert page.count("Change question") == 5
        assert page.count("Answer question 6") == 1
        assert "Not answered" in page
        assert "Saved at" in page

    def test_names_what_is_not_answered_and_what_is_marked(self, learner, attempt):
        response = learner.get("attempt/1/review")

        page = words_of(response)
        assert "1 of 6 questions is not answered: question 6" in page
        assert "You marked for later: question 4" in page
        assert f'href="{learner.url("attempt/1/6")}?from=review">question 6</a>' in response.text
        assert "Go to question 6" in page

    def test_says_when_nothing_is_missing(self, learner, attempt):
        current = sitting(learner.seat, attempt)
        save_answer(current, current.question(6), right_answer(current.question(6)), "6")
        flag(current, current.question(4), is_flagged=False)
        db.session.commit()

        page = words_of(learner.get("attempt/1/review"))

        assert "Every question is answered, and every answer is saved." in page
        assert "Not answered" not in page

    def test_comes_back_after_a_change(self, learner, attempt):
        page = learner.client.get(learner.url("attempt/1/2") + "?from=review")

        button = re.search(r'<button type="submit"[^>]*class="btn "[^>]*>[^<]*', page.text)[0]
        assert 'value="review"' in button
        assert "Save and check answers" in button

    def test_changes_nothing(self, learner, attempt):
        learner.get("attempt/1/review")

        db.session.refresh(attempt)
        assert attempt.submitted_at is None

    def test_says_which_attempt_this_is(self, learner, attempt, set_quiz):
        set_quiz(max_attempts=3)

        assert "This is attempt 1 of 3." in words_of(learner.get("attempt/1/review"))

    def test_leads_to_the_result_once_handed_in(self, learner, attempt):
        learner.post("attempt/1/submit")

        assert learner.get("attempt/1/review").location == learner.url("attempt/1/result")
        assert learner.get("attempt/1/1").location == learner.url("attempt/1/result")
