from __future__ import annotations

import re
from datetime import timedelta

from lms.extensions import db
from tests.authoring.marking import QUEUE, form, hand_in
from tests.factories import FINAL, FIRST_QUIZ, make_learner
from tests.pages import text_of


class TestShowMarkingQueue:
    def test_lists_what_waits_the_oldest_first(self, client_of, instructor):
        papers = [hand_in(client_of, person=make_learner(given_name=name)) for name in "ABC"]
        for paper, days in zip(papers, (1, 3, 2), strict=True):
            paper.attempt.started_at -= timedelta(days=days)
            paper.attempt.submitted_at -= timedelta(days=days)
        db.session.commit()

        page = text_of(instructor.get(QUEUE))

        places = [page.index(papers[number].person.name) for number in (1, 2, 0)]
        assert places == sorted(places)
        assert "Waiting to be marked (3)" in page
        assert "3 days" in page
        assert "0 of 1" in page

    def test_leads_to_the_next_answer(self, client_of, instructor):
        paper = hand_in(client_of, with_file=True)
        instructor.post(paper.url(1), data=form())

        response = instructor.get(QUEUE)

        assert "1 of 2" in text_of(response)
        assert f'href="{paper.url(1)}"' in response.text
        assert re.findall(r'<a href="([^"]*)"\s*class="btn s"', response.text) == [paper.url(3)]

    def test_says_what_waits_for_a_second_person_and_what_is_done(self, client_of, instructor):
        close = hand_in(client_of, marking={"second_marker_percent": 10})
        clear = hand_in(client_of, marking={"second_marker_percent": 10})
        instructor.post(close.url(), data=form(2, 0))
        instructor.post(clear.url(), data=form(3, 1))

        page = text_of(instructor.get(QUEUE))

        assert "Within 10 % of the pass mark a second person marks too" in page
        assert "Waiting for a second person (1)" in page
        assert "Marked (1)" in page
        assert "100 % Passed" in page

    def test_says_when_nothing_waits(self, client_of, instructor):
        paper = hand_in(client_of)
        instructor.post(paper.url(), data=form())

        assert "Nothing waits to be marked" in text_of(instructor.get(QUEUE))

    def test_is_for_quizzes_of_the_own_course(self, instructor, stranger):
        assert stranger.get(QUEUE).status_code == 404
        for path in ("who-says-so/number-and-card", "who-says-so/nothing"):
            assert instructor.get(f"/teach/digital-id/marking/{path}").status_code == 404

    def test_asks_as_often_for_many_as_for_few(self, client_of, instructor, count_queries):
        hand_in(client_of)
        instructor.get(QUEUE)
        with count_queries() as few:
            instructor.get(QUEUE)
        for _number in range(4):
            hand_in(client_of)
        instructor.get(QUEUE)

        with count_queries() as many:
            instructor.get(QUEUE)

        assert len(many) == len(few) <= 16, many


class TestTabs:
    def test_lead_to_marking_with_the_count(self, client_of, instructor):
        hand_in(client_of)

        outline = instructor.get("/teach/digital-id/outline")
        results = instructor.get(f"/teach/digital-id/analysis/{FIRST_QUIZ}")

        assert outline.text.count(f'href="{QUEUE}"') == 1
        assert "Marking (1) : Check your understanding" in text_of(outline)
        assert "Marking (1)" in text_of(results)

    def test_are_silent_where_rules_mark(self, client_of, instructor):
        hand_in(client_of)

        page = instructor.get(f"/teach/digital-id/analysis/{FINAL}")

        assert "/marking/" not in page.text
