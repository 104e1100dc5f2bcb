from __future__ import annotations

import pytest

from lms.authoring.queries import ItemFigures
from lms.courses.models import CourseItem
from lms.courses.queries import items_of, newest_version
from lms.quizzes.items import TYPES
from lms.quizzes.rules.analysis import Flag, Raised, Third
from tests.authoring.results import (
    ADDRESS,
    address_of,
    analysed,
    make_enrolments,
    store,
    wrong_option,
)
from tests.pages import text_of


class TestAnalyseItem:
    @pytest.fixture
    def miskeyed(self, keys) -> str:
        """Thirty attempts of which the strong choose a wrong option of the first question."""
        key, other = keys[0], keys[1]
        structure = items_of(newest_version("digital-id").id)[key].structure
        right, wrong = structure["correct"][0], wrong_option(key)
        for index, enrolment in enumerate(make_enrolments(30)):
            is_strong = index < 12
            store(enrolment, {key: 0.0 if is_strong else 1.0, other: float(is_strong)},
                  responses={key: wrong if is_strong else right})  # fmt: skip
        return key

    def test_shows_what_strong_and_weak_learners_chose(self, instructor, miskeyed):
        item = next(item for item in analysed().items if item.key == miskeyed)

        page = text_of(instructor.get(address_of(miskeyed)))

        [letter] = [row.letter for row in item.rows if row.count == 12]
        assert item.third_counts == {Third.TOP: 12, Third.MIDDLE: 0, Third.BOTTOM: 18}
        assert Raised(Flag.AGAINST_THE_REST) in item.flags
        assert "Goes with the rest -1.00" in page
        assert f"{letter} " in page
        assert "40 % (12)" in page

    def test_hides_a_third_with_fewer_than_ten(self, instructor, miskeyed):
        item = next(item for item in analysed().items if item.key == miskeyed)

        page = text_of(instructor.get(address_of(miskeyed)))

        assert all(row.by_third[Third.MIDDLE] is None for row in item.rows)
        assert "Middle third: 10 more needed." in page

    def test_flags_a_wrong_option_that_the_strong_prefer(self, instructor, keys):
        key, other, third = keys[:3]
        structure = items_of(newest_version("digital-id").id)[key].structure
        right, wrong = structure["correct"][0], wrong_option(key)
        for index, enrolment in enumerate(make_enrolments(36)):
            rank = index // 12  # 2: the strong
            response = wrong if rank == 2 else right
            store(enrolment, {key: float(response == right), other: float(rank == 2),
                              third: float(rank >= 1)}, responses={key: response})  # fmt: skip

        item = next(item for item in analysed().items if item.key == key)
        [letter] = [row.letter for row in item.rows if row.by_third[Third.TOP] == 100]

        assert item.flags[0] == Raised(Flag.STRONG_CHOOSE_WRONG, letter)
        words = f"Strong learners choose {letter}: check the key."
        assert words in text_of(instructor.get(ADDRESS))
        assert words in text_of(instructor.get(address_of(key)))

    @pytest.mark.parametrize(
        ("kind", "correct", "options", "right"),
        [
            ("single_choice", ["b"], {"options": ["a", "b"]}, ["B"]),
            ("multiple_response", ["a", "c"], {"options": ["a", "b", "c"]}, ["A", "C"]),
            ("true_false", False, {}, ["B"]),
            ("hotspot", ["b", "c"], {"figure": "f.svg", "regions": {
                name: [0, 0, 10, 10] for name in "abc"}}, ["B", "C"]),
        ],
    )  # fmt: skip
    def test_knows_every_option_that_is_right(self, app, kind, correct, options, right):
        structure = {"id": "x", "type": kind, "correct": correct, **options}
        text = {"prompt": "?", "feedback": "!", "alt": "A figure.",
                "options": {name: name for name in "abc"}}  # fmt: skip
        item = ItemFigures(
            "bank/x", CourseItem(structure=structure), structure, text, is_asked=True
        )

        assert [row.letter for row in item.rows if row.is_right] == right

    def test_shows_how_right_a_typed_answer_was(self, instructor, keys):
        items = items_of(newest_version("digital-id").id)
        key = next(key for key in keys if not TYPES[items[key].structure["type"]].is_choice)
        for index, enrolment in enumerate(make_enrolments(10)):
            responses = {key: "8"} if index else {}
            store(enrolment, {key: float(index > 4)}, responses=responses)

        page = text_of(instructor.get(address_of(key)))

        assert "Right 50 % (5)" in page
        assert "Wrong 40 % (4)" in page
        assert "No answer 10 % (1)" in page

    def test_shows_nothing_below_ten_and_says_how_many_are_missing(self, instructor, keys):
        for enrolment in make_enrolments(9):
            store(enrolment, {keys[0]: 1.0}, responses={keys[0]: "a"})

        page = text_of(instructor.get(address_of(keys[0])))

        assert "It has 9. What was chosen stands here after 1 more." in page
        assert "%" not in page

    def test_is_not_there_for_items_that_the_quiz_never_asked(self, instructor, keys):
        assert instructor.get(address_of(keys[0])).status_code == 200
        assert instructor.get(address_of(keys[0], 7)).status_code == 404
        assert instructor.get(address_of("who-says-so/nothing")).status_code == 404
