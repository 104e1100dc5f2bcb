from __future__ import annotations

import pytest

from lms.authoring.queries import fairness_of, taught_quiz
from lms.extensions import db
from lms.quizzes.models import Attempt
from lms.quizzes.rules.fairness import Effect
from tests.authoring.results import make_enrolments, make_results
from tests.factories import FINAL, FIRST_QUIZ, make_staff
from tests.pages import text_of

ADDRESS = f"/teach/digital-id/fairness/{FINAL}"


@pytest.fixture
def compared(app):
    """Return a function that compares the languages of the quiz."""
    person = make_staff("instructor", "all")
    return lambda quiz=FINAL: fairness_of(taught_quiz(person, "digital-id", quiz, "en"))


class TestCompareLanguages:
    def test_finds_the_one_question_that_is_badly_translated(self, instructor, compared):
        # In a small bank each question is asked so often that chance makes no other one look bad.
        bad = sorted(taught_quiz(make_staff("instructor"), "digital-id", FIRST_QUIZ, "en").items)[3]
        make_results(make_enrolments(900), languages=("en", "en", "ru"), harder={f"ru {bad}": 1.5})

        found = compared(FIRST_QUIZ)
        [pair] = found.pairs
        effects = {item.key: item.difference.effect for item in pair.items if item.difference}
        page = text_of(instructor.get(f"/teach/digital-id/fairness/{FIRST_QUIZ}"))

        assert (found.reference, found.reference_count) == ("en", 600)
        assert (pair.language, pair.attempt_count) == ("ru", 300)
        assert [key for key, effect in effects.items() if effect is Effect.C] == [bad]
        [item] = [item for item in pair.items if item.key == bad]
        assert item.difference.delta < -1.5
        assert item.right_percent(is_focal=True) < item.right_percent(is_focal=False)
        assert page.count("Harder here. A large difference") == 1

    def test_compares_with_the_language_of_most_attempts(self, compared):
        make_results(make_enrolments(30), FINAL, languages=("ru", "kk", "ru"))

        found = compared()

        assert found.reference == "ru"
        assert [(pair.language, pair.attempt_count) for pair in found.pairs] == [("kk", 10)]

    def test_hides_a_language_below_ten_and_says_how_many_are_missing(self, instructor, compared):
        make_results(make_enrolments(27), FINAL, languages=("en", "en", "ru"))

        page = text_of(instructor.get(ADDRESS))

        assert "Too few yet: 1 more attempt in this language." in page
        assert compared().pairs[0].items == []
        assert "%" not in page.partition("How languages are compared")[0]

    def test_hides_a_question_below_ten_in_either_language(self, instructor, compared):
        make_results(make_enrolments(24), FINAL, languages=("en", "ru"), item_count=3)

        hidden = [item for item in compared().pairs[0].items if item.missing_count]

        assert hidden
        assert all(item.difference is None for item in hidden)
        assert all(item.right_percent(is_focal=False) is None for item in hidden)
        words = "more answers in one of the two languages until figures say something"
        assert words in text_of(instructor.get(ADDRESS))

    def test_leaves_out_attempts_whose_language_was_not_kept(self, instructor, compared):
        make_results(make_enrolments(12), FINAL, languages=("", "en"))

        assert compared().unknown_count == 6
        assert compared().pairs == []
        page = text_of(instructor.get(ADDRESS))
        assert "6 attempts are from before their language was kept" in page
        assert "All attempts were made in one language" in page

    def test_says_when_nobody_has_handed_in_yet(self, instructor):
        assert "Nobody has handed in this quiz yet" in text_of(instructor.get(ADDRESS))

    def test_asks_the_database_as_often_for_40_attempts_as_for_4(self, instructor, count_queries):
        make_results(make_enrolments(4), FINAL, languages=("en", "ru"))
        instructor.get(ADDRESS)
        with count_queries() as for_four:
            instructor.get(ADDRESS)
        make_results(make_enrolments(36), FINAL, languages=("en", "ru"))

        with count_queries() as for_forty:
            instructor.get(ADDRESS)

        assert db.session.query(Attempt).count() == 40
        assert len(for_forty) == len(for_four) <= 6

    def test_hides_other_courses(self, client_of):
        stranger = client_of(make_staff("instructor", "course", "another"))

        assert stranger.get(ADDRESS).status_code == 404
