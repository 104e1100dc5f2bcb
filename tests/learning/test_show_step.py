from __future__ import annotations

import re

import pytest

from tests.factories import complete, make_cohort, make_learner, start, take_quiz
from tests.pages import bytes_of, text_of


class TestShowStep:
    def test_says_where_one_is(self, small):
        page = small.get("one/text")

        assert "My learning A small course Module 1 The plant" in text_of(page)
        assert "Step 1 of 3 Reading, 5 min English" in text_of(page)
        assert "<title>The plant – Serai</title>" in page.text

    def test_offers_to_finish_it(self, small):
        page = small.get("one/text")

        button = re.search(r'<button type="submit" form="finish".*?</button>', page.text, re.DOTALL)
        assert button
        assert re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", button[0])).strip().startswith("Done")
        assert "next: Your own plant" in text_of(page)
        assert '<form id="finish" method="post" hidden>' in page.text

    def test_offers_to_go_on_when_it_is_done(self, small):
        small.finish("one/text")

        page = small.get("one/text")

        assert 'id="finish"' not in page.text
        assert "Next : Your own plant" in text_of(page)
        assert f'href="{small.course_url}/one/think">' in page.text

    def test_leads_back_from_the_first_step_to_the_course(self, small):
        page = small.get("one/text").text
        second = small.get("one/think").text

        assert f'<a class="btn q" href="{small.course_url}">' in " ".join(page.split())
        assert f'<a class="btn q" href="{small.course_url}/one/text">' in " ".join(second.split())

    def test_leads_from_the_last_step_back_to_the_course(self, small):
        small.finish("two/goodbye")

        assert "Back to the course" in text_of(small.get("two/goodbye"))

    def test_lists_the_steps_of_its_module(self, small):
        small.finish("one/text")

        page = text_of(small.get("one/think"))

        assert "The first module Done: The plant Reading 5 min Your own plant" in page
        assert "The film" not in page

    def test_names_the_place_of_the_visit(self, small):
        assert "From the visit to The plant in Daejeon" in text_of(small.get("one/text"))
        assert "From the visit to" not in text_of(small.get("two/goodbye"))

    def test_lists_what_each_number_rests_on(self, small):
        page = text_of(small.get("one/text")).replace(" ,", ",")

        assert "Sources The plant opened in 2021. A plant opens, The Herald, 4 March 2021." in page
        assert "Our plant, The supplier. Weak source: read it with care. Back to the text" in page
        assert "Last read against its sources on 22 November 2026." in page

    def test_has_no_list_of_sources_without_citations(self, small):
        assert "Sources" not in text_of(small.get("two/goodbye"))

    def test_loads_a_film_only_when_it_is_started(self, small):
        page = small.get("two/film")

        assert '<video controls preload="none"' in " ".join(page.text.split())
        assert "The film has 18.0 MB" in text_of(page)
        assert "All the words of the film Plain words fill the page" in text_of(page)

    def test_hides_other_peoples_steps(self, learner):
        theirs = make_cohort()
        make_learner(theirs)

        path = "who-says-so/three-questions"
        answer = learner.client.get(f"/learn/{theirs.slug}/digital-id/{path}")

        assert answer.status_code == 404
        assert bytes_of(answer) == bytes_of(learner.client.get(f"/learn/nowhere/digital-id/{path}"))

    def test_has_one_heading_and_one_primary_button(self, small):
        for path in ("one/text", "one/think", "two/film"):
            page = small.get(path).text
            assert page.count("<h1") == 1
            assert page.count('class="btn"') == 1


class TestLanguageOfStep:
    def test_is_marked_where_it_is_not_the_pages(self, small):
        page = small.get("one/text", lang="kk").text

        assert '<html lang="ru"' in page
        assert '<div class="prose" lang="kk">' in page
        assert "This course is not in your language yet" not in page

    def test_is_the_original_where_there_is_no_translation(self, small):
        page = small.get("one/text", lang="ka")

        assert "This course is not in your language yet. You read the original:" in text_of(page)
        assert '<div class="prose" lang="en">' in page.text

    def test_needs_no_note_in_the_original(self, small):
        assert "not in your language" not in text_of(small.get("one/text"))


class TestShowQuizStep:
    def test_leads_to_its_start(self, learner):
        answer = learner.get("who-says-so/check")

        assert answer.status_code == 303
        assert answer.location == f"{learner.course_url}/who-says-so/check/start"

    def test_leads_to_the_open_attempt(self, learner):
        start(learner.seat)

        answer = learner.get("who-says-so/check")

        assert answer.location == f"{learner.course_url}/who-says-so/check/attempt/1/1"

    def test_leads_to_the_last_result(self, learner):
        take_quiz(learner.seat, right=0)
        take_quiz(learner.seat)

        answer = learner.get("who-says-so/check")

        assert answer.location == f"{learner.course_url}/who-says-so/check/attempt/2/result"


class TestQueriesOfStep:
    @pytest.mark.parametrize("path", ["mobile-id/showing-less", "mobile-id/your-first-group"])
    def test_are_few(self, learner, path, count_queries):
        complete(learner.seat, except_paths=("your-country/final",))
        learner.get(path)

        with count_queries() as statements:
            learner.get(path)

        assert len(statements) <= 6, statements
