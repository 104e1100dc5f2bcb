import re
from datetime import UTC, datetime, timedelta
from html import unescape

import time_machine

from lms.extensions import db
from tests.factories import FINAL, leave_english_alone, make_cohort, sitting, take_quiz
from tests.quizzes.reading import words_of

LATE = timedelta(hours=1)


def cards(response) -> list[str]:
    """Return what the page says of each question."""
    found = re.findall(r'<article class="card ans".*?</article>', response.text, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", card)).split()) for card in found]


class TestShowResult:
    def test_says_passed_and_leads_to_the_next_step(self, learner):
        take_quiz(learner.seat, right=5)

        response = learner.get("attempt/1/result")

        page = words_of(response)
        assert "<title>Passed: 5 of 6 correct – Serai</title>" in response.text
        assert "Your result is 83 %. To pass you need 4 of 6 (60 %)." in page
        assert "Next: The card nobody wanted" in page
        assert "Module 2, step 1. Reading, 6 min." in page
        assert "What to read again" not in page
        assert learner.seat.course_slug + "/when-it-leaked/the-card-nobody-wanted" in response.text

    def test_says_not_yet_and_what_to_read_again(self, learner, set_quiz):
        set_quiz(max_attempts=3)
        take_quiz(learner.seat, right=2)

        response = learner.get("attempt/1/result")

        page = words_of(response)
        assert "<title>Not yet passed: 2 of 6 correct – Serai</title>" in response.text
        assert "2 attempts are left. Your best result counts." in page
        assert "Try again" in page
        assert "What to read again" in page
        assert "4 to look at again" in page
        assert f'href="{learner.url("start")}"' in response.text

    def test_explains_each_question(self, learner):
        attempt = take_quiz(learner.seat, right=4)

        shown = cards(learner.get("attempt/1/result"))

        assert len(shown) == 6
        outline = sitting(learner.seat, attempt).quiz.outline
        for question in sitting(learner.seat, attempt).questions:
            card = next(one for one in shown if one.startswith(f"Question {question.number} "))
            assert " ".join(question.prompt.split()) in card
            assert " ".join(question.feedback.why.split()) in card
            step = outline.by_path[question.step_path]
            assert f"Read again: {step.titles['en']}" in card
            if question.number > 4:
                assert "Not correct" in card
                assert "Your answer Not answered" in card
                assert "Right answer" in card
            else:
                assert card.split(" ")[2] == "Correct"

    def test_says_when_part_of_an_answer_was_right(self, learner):
        attempt = take_quiz(learner.seat, right=4)
        attempt.marks = attempt.marks | {attempt.item_keys[4]: 0.5}
        db.session.commit()

        response = learner.get("attempt/1/result")

        assert "you have 4.5 of 6 points" in words_of(response)
        assert sum("Partly correct" in card for card in cards(response)) == 1

    def test_says_when_no_attempt_is_left(self, learner, set_quiz):
        set_quiz(max_attempts=1)
        take_quiz(learner.seat, right=0)

        page = words_of(learner.get("attempt/1/result"))

        assert "You have used all attempts" in page
        assert "Your coordinator can tell you what to do next." in page
        assert "Try again" not in page

    def test_says_that_the_best_result_counts(self, learner):
        take_quiz(learner.seat, right=6)
        take_quiz(learner.seat, right=0)

        response = learner.get("attempt/2/result")

        page = words_of(response)
        assert "<title>0 of 6 correct – Serai</title>" in response.text
        assert "You have passed this quiz before, and that result counts." in page
        assert "Your best result counts. That is 100 % in attempt 1." in page

    def test_leads_from_the_final_quiz_to_the_certificate(self, learner):
        take_quiz(learner.seat, FINAL)

        response = learner.get("attempt/1/result", FINAL)

        assert "Go to the certificate" in words_of(response)
        assert f"/{learner.seat.cohort_slug}/digital-id/certificate" in response.text

    def test_marks_the_language_of_the_course(self, learner_in):
        leave_english_alone()
        learner = learner_in(language="ru")
        take_quiz(learner.seat, right=0)

        page = learner.get("attempt/1/result").text

        assert '<html lang="ru"' in page
        assert len(re.findall('<h3 lang="en">', page)) == 6

    def test_shows_dates_in_the_readers_time(self, learner_in):
        learner = learner_in(time_zone="Asia/Seoul")
        attempt = take_quiz(learner.seat)
        attempt.submitted_at = datetime(2026, 12, 4, 16, 5, tzinfo=UTC)
        db.session.commit()

        assert "5 December 2026, 01:05 (UTC+9)" in words_of(learner.get("attempt/1/result"))

    def test_waits_until_the_attempt_is_handed_in(self, learner):
        learner.start()

        assert learner.get("attempt/1/result").location == learner.url("attempt/1/review")

    def test_counts_its_statements(self, learner, count_queries):
        take_quiz(learner.seat, right=3)
        learner.get("attempt/1/result")

        with count_queries() as statements:
            learner.get("attempt/1/result")

        assert len(statements) <= 8, statements


class TestShowTimeOut:
    def test_says_that_what_was_saved_counts(self, learner, set_quiz):
        set_quiz(limit_minutes=30)
        attempt = learner.start()

        with time_machine.travel(datetime.now(UTC) + LATE):
            question = learner.get("attempt/1/1")
            page = learner.get("attempt/1/result")

        assert question.location == learner.url("attempt/1/result")
        assert "<title>The time is over – Serai</title>" in page.text
        assert "What you had saved counts: 0 of 6 questions are answered." in words_of(page)
        assert f'action="{learner.url("attempt/1/submit")}"' in page.text
        db.session.refresh(attempt)
        assert attempt.submitted_at is None

    def test_says_on_the_result_that_the_time_was_over(self, learner, set_quiz):
        set_quiz(limit_minutes=30)
        learner.start()

        with time_machine.travel(datetime.now(UTC) + LATE):
            learner.post("attempt/1/submit")
            page = words_of(learner.get("attempt/1/result"))

        assert "When the time was over" in page
        assert "Time used 30 minutes" in page

    def test_ends_with_the_closing_time_of_the_course(self, learner_in):
        closes_at = datetime.now(UTC) + timedelta(minutes=20)
        learner = learner_in(make_cohort(closes_at=closes_at))
        attempt = learner.start()

        with time_machine.travel(datetime.now(UTC) + LATE):
            learner.post("attempt/1/submit")
            page = words_of(learner.get("attempt/1/result"))

        db.session.refresh(attempt)
        assert attempt.submitted_at == closes_at
        assert "This quiz has closed" in page
