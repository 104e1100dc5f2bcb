from __future__ import annotations

from datetime import UTC, datetime

from tests.factories import complete, make_cohort, make_learner, take_quiz
from tests.pages import bytes_of, text_of


class TestShowCourse:
    def test_lists_modules_and_steps_with_kind_and_time(self, small):
        page = text_of(small.get())

        assert "2 hours in all 2 modules English Қазақша Certificate" in page
        assert "Module 1 The first module 0 of 3 steps" in page
        assert "The plant Reading 5 min" in page
        assert "Your own plant Reflection 10 min" in page
        assert "A short check Quiz, 2 questions 3 min" in page
        assert "The film Video with transcript 4 min" in page

    def test_marks_what_is_done_and_where_to_go_on(self, small):
        small.finish("one/text")

        page = small.get()

        assert "Next: Your own plant Module 1. Step 2 of 3. Reflection, 10 min." in text_of(page)
        assert "1 of 6 steps done. Continue step 2" in text_of(page)
        assert "Module 1 The first module 1 of 3 steps In progress Done: The plant" in text_of(page)
        assert page.text.count('aria-current="step"') == 1
        assert f'href="{small.course_url}/one/think" aria-current="step"' in " ".join(
            page.text.split()
        )

    def test_opens_only_the_module_to_go_on_with(self, small):
        complete(small.seat, except_paths=("two/film", "two/final", "two/goodbye"))

        page = " ".join(small.get().text.split())

        assert page.count('<details class="mod" open>') == 1
        opened = page.partition('<details class="mod" open>')[2].partition("</details>")[0]
        assert "The second module" in opened

    def test_tells_dates_in_the_zone_of_the_cohort(self, learner_in):
        closes_at = datetime(2030, 12, 4, 14, tzinfo=UTC)
        learner = learner_in(make_cohort(closes_at=closes_at, time_zone="Asia/Almaty"))

        page = text_of(learner.get())

        assert "Quizzes close 4 December 2030, 19:00 (UTC+5) In " in page

    def test_says_what_the_certificate_still_asks_for(self, learner_in, small_cohort):
        small = learner_in(small_cohort, is_confirmed=False)
        small.finish("one/text")
        take_quiz(small.seat, "one/check")

        page = text_of(small.get())

        assert "Read the texts: 1 of 4 Pass the quizzes: 1 of 2" in page
        assert "Score 70% or more in the final assessment Confirm how your name is printed" in page
        assert "Your certificate and the name on it" in page

    def test_says_what_of_the_certificate_is_done(self, small):
        complete(small.seat)

        page = text_of(small.get())

        assert "Done: Read the texts: 4 of 4 Done: Pass the quizzes: 2 of 2" in page
        assert "Done: Score 70% or more in the final assessment" in page
        assert "Done: Confirm how your name is printed" in page
        assert "Your certificate was issued on " in page

    def test_hides_other_peoples_courses(self, learner):
        theirs = make_cohort()
        make_learner(theirs)

        answer = learner.client.get(f"/learn/{theirs.slug}/digital-id")

        assert answer.status_code == 404
        assert bytes_of(answer) == bytes_of(learner.client.get("/learn/nowhere/digital-id"))

    def test_marks_text_in_another_language_than_the_page(self, small):
        page = " ".join(small.get(lang="kk").text.split())

        assert '<html lang="ru"' in page
        assert '<h1 lang="kk">Шағын курс</h1>' in page
        assert '<span class="t" lang="kk">The plant</span>' in page

    def test_has_one_heading_and_one_primary_button(self, small):
        page = small.get().text

        assert page.count("<h1") == 1
        assert page.count('class="btn"') == 1


class TestQueriesOfCourse:
    def test_are_few(self, learner, count_queries):
        complete(learner.seat, except_paths=("your-country/final",))
        learner.get()

        with count_queries() as statements:
            learner.get()

        assert len(statements) <= 6, statements

    def test_are_few_when_it_is_finished(self, small, count_queries):
        complete(small.seat)
        small.get()

        with count_queries() as statements:
            small.get()

        assert len(statements) <= 6, statements
