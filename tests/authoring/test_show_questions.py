from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.courses.models import CourseItem
from lms.courses.queries import forget_cached, newest_version, outline_of
from lms.extensions import db
from tests.factories import FINAL, FIRST_QUIZ
from tests.pages import text_of
from tests.quizzes.marked_by_people import ESSAY, make_quiz

ADDRESS = f"/teach/digital-id/questions/{FIRST_QUIZ}"
BASE = {"tags": [], "difficulty": 2}


@pytest.fixture
def first_item(app) -> CourseItem:
    """The first item of the first quiz, to be given another type."""
    query = select(CourseItem).where(CourseItem.bank == "who-says-so").order_by(CourseItem.id)
    return db.session.scalars(query.limit(1)).one()


def become(item: CourseItem, structure: dict, text: dict) -> None:
    item.structure = {"id": item.item_id, **BASE, **structure}
    item.texts = {"en": {"prompt": "What?", "feedback": "Because.", **text}}
    db.session.commit()
    forget_cached()


def first_card(page: str) -> str:
    return page.partition("Question 1,")[2].partition("Question 2,")[0]


class TestShowQuestions:
    def test_shows_every_item_of_the_bank_with_feedback(self, instructor):
        items = db.session.scalars(select(CourseItem).where(CourseItem.bank == "who-says-so")).all()

        page = text_of(instructor.get(ADDRESS))

        assert f"these {len(items)} questions" in page
        for item in items:
            assert " ".join(item.texts["en"]["prompt"].split()) in page
            assert " ".join(item.texts["en"]["feedback"].split()) in page

    def test_shows_what_an_item_rests_on_and_where_it_stands(self, instructor, first_item):
        outline = outline_of(newest_version("digital-id").id)
        fact = outline.facts[first_item.structure["fact"]]

        response = instructor.get(ADDRESS)

        card = first_card(text_of(response))
        assert " ".join(fact["says"].split()) in card
        assert outline.sources[fact["sources"][0]]["title"] in card
        assert f'href="/teach/digital-id/preview/{first_item.structure["step"]}"' in response.text

    def test_marks_the_right_option(self, instructor, first_item):
        become(
            first_item,
            {"type": "single_choice", "options": ["a", "b"], "correct": ["b"]},
            {"options": {"a": "One", "b": "Two"}, "option_feedback": {"a": "One is too few."}},
        )

        card = first_card(text_of(instructor.get(ADDRESS)))

        assert "One One is too few. Two Right answer" in card

    def test_marks_every_right_option(self, instructor, first_item):
        become(
            first_item,
            {"type": "multiple_response", "options": ["a", "b", "c"], "correct": ["a", "c"]},
            {"options": {"a": "One", "b": "Two", "c": "Three"}},
        )

        card = first_card(text_of(instructor.get(ADDRESS)))

        assert "One Right answer Two Three Right answer" in card

    @pytest.mark.parametrize(
        ("correct", "said"), [(True, "True Right answer False"), (False, "True False Right answer")]
    )
    def test_says_whether_a_statement_is_true(self, instructor, first_item, correct, said):
        become(first_item, {"type": "true_false", "correct": correct}, {})

        assert said in first_card(text_of(instructor.get(ADDRESS)))

    def test_tells_a_number_with_unit_and_tolerance(self, instructor, first_item):
        become(first_item, {"type": "numeric", "correct": 13, "tolerance": 2}, {"unit": "digits"})

        assert "Right answer 13 digits (± 2)" in first_card(text_of(instructor.get(ADDRESS)))

    def test_lists_all_words_that_are_accepted(self, instructor, first_item):
        become(
            first_item,
            {"type": "short_text", "correct": ["hologram", "a hologram"]},
            {"accepted": ["holographic seal"]},
        )

        card = first_card(text_of(instructor.get(ADDRESS)))

        assert "hologram , a hologram , holographic seal" in card.replace(",", " ,").replace(
            "  ", " "
        )

    def test_shows_words_of_authors_as_words(self, instructor, first_item):
        become(
            first_item,
            {"type": "single_choice", "options": ["a", "b"], "correct": ["b"]},
            {"prompt": "<script>alert(1)</script>", "options": {"a": "<b>One</b>", "b": "Two & 2"}},
        )

        page = instructor.get(ADDRESS).text

        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
        assert "&lt;b&gt;One" in page
        assert "Two &amp; 2" in page

    def test_tells_how_the_quiz_is_taken(self, instructor):
        page = text_of(instructor.get(f"/teach/digital-id/questions/{FINAL}"))

        assert "To pass 70 %" in page
        assert "3 attempts" in page
        assert "No time limit" in page
        assert "Shown after submission." in page

    def test_is_only_for_quizzes(self, instructor):
        for path in ("who-says-so/number-and-card", "who-says-so/nothing"):
            assert instructor.get(f"/teach/digital-id/questions/{path}").status_code == 404

    def test_shows_the_rubric_of_what_people_mark(self, instructor):
        make_quiz(ESSAY)

        card = first_card(text_of(instructor.get(ADDRESS)))

        assert "Marked by a person" in card
        assert "Clear None of it Some of it Most of it All of it" in card
        assert "Right answer" not in card
