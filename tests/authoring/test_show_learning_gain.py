from __future__ import annotations

from datetime import timedelta

import pytest

from lms.authoring.queries import gain_of_cohorts, taught_quiz
from lms.cohorts.models import Enrolment
from lms.courses.queries import items_of, newest_version
from lms.extensions import db
from lms.quizzes.models import Attempt
from lms.quizzes.rules.gain import Pair
from tests.authoring.results import START, make_enrolments, make_results
from tests.factories import FINAL, FIRST_QUIZ, change_quiz, make_cohort, make_staff
from tests.pages import text_of

ADDRESS = f"/teach/digital-id/gain/{FIRST_QUIZ}"
OBJECTIVE = "registration"
LATER = START + timedelta(days=7)


@pytest.fixture(autouse=True)
def pre_test(app):
    """Make the first quiz a pre-test of the final one."""
    change_quiz(pass_percent=0, gain={"post": FINAL, "objectives": [OBJECTIVE]})


@pytest.fixture
def keys(app) -> tuple[str, str]:
    """The key of an item with the objective, and one without."""
    items = items_of(newest_version("digital-id").id)
    has = {key: OBJECTIVE in item.structure.get("tags", []) for key, item in items.items()}
    return next(key for key in has if has[key]), next(key for key in has if not has[key])


def store(enrolment: int, quiz: str, marks: dict[str, float], started_at=START, number=1) -> None:
    db.session.add(
        Attempt(
            enrolment_id=enrolment, version_id=newest_version("digital-id").id, quiz=quiz,
            number=number, seed=1, item_keys=list(marks), pass_percent=0, marks=marks,
            started_at=started_at, submitted_at=started_at, marked_at=started_at,
            score_percent=0, is_passed=True,
        )
    )  # fmt: skip
    db.session.commit()


def gained():
    return gain_of_cohorts(taught_quiz(make_staff("instructor"), "digital-id", FIRST_QUIZ, "en"))


class TestShowLearningGain:
    def test_pairs_first_attempts_on_the_objectives_alone(self, keys):
        on, off = keys
        [enrolment] = make_enrolments(1)
        store(enrolment, FIRST_QUIZ, {on: 0.0, off: 1.0})
        store(enrolment, FIRST_QUIZ, {on: 1.0, off: 1.0}, number=2)
        store(enrolment, FINAL, {on: 1.0, off: 0.0}, LATER)
        store(enrolment, FINAL, {on: 0.0, off: 0.0}, LATER + timedelta(days=1), number=2)

        everybody, _cohort = gained()

        assert everybody.pairs == [Pair(0, 100)]

    def test_takes_the_first_post_test_after_the_pre_test(self, keys):
        on, _off = keys
        [enrolment, other] = make_enrolments(2)
        store(enrolment, FINAL, {on: 0.0}, START - timedelta(days=1))
        store(enrolment, FIRST_QUIZ, {on: 0.5})
        store(enrolment, FINAL, {on: 1.0}, LATER, number=2)
        store(other, FINAL, {on: 0.0}, START - timedelta(days=1))
        store(other, FIRST_QUIZ, {on: 1.0})

        everybody, _cohort = gained()

        assert everybody.pairs == [Pair(50, 100)]
        assert everybody.unpaired_count == 1

    def test_gives_each_cohort_its_gain_with_an_interval(self, instructor, keys):
        on, _off = keys
        first, second = make_cohort(title="Astana"), make_cohort(title="Almaty")
        for index, enrolment in enumerate(make_enrolments(10, first)):
            store(enrolment, FIRST_QUIZ, {on: 0.2})
            store(enrolment, FINAL, {on: 0.7 if index % 2 else 0.5}, LATER)
        for enrolment in make_enrolments(9, second):
            store(enrolment, FIRST_QUIZ, {on: 0.2})
            store(enrolment, FINAL, {on: 0.6}, LATER)

        page = text_of(instructor.get(ADDRESS))

        assert "Astana 10 20.0 % 60.0 % 40.0 (32.5 to 47.5) 0.50" in page
        assert "Almaty 9 1 more pair until figures say something" in page
        assert "All cohorts 19 20.0 % 60.0 %" in page

    def test_names_nobody_on_the_page_of_cohorts(self, instructor, keys):
        enrolments = make_enrolments(12)
        make_results(enrolments)
        person = db.session.get(Enrolment, enrolments[0]).person

        page = instructor.get(ADDRESS).text

        assert person.name not in page
        assert person.email not in page

    def test_shows_the_learners_of_a_cohort_by_name_alone(self, instructor, keys):
        on, _off = keys
        cohort = make_cohort()
        one, other = make_enrolments(2, cohort)
        [stranger] = make_enrolments(1)
        for enrolment in (one, other, stranger):
            store(enrolment, FIRST_QUIZ, {on: 0.5})
        store(one, FINAL, {on: 1.0}, LATER)
        names = {
            enrolment: db.session.get(Enrolment, enrolment).person
            for enrolment in (one, other, stranger)
        }

        response = instructor.get(f"{ADDRESS}/{cohort.slug}")

        page = text_of(response)
        assert f"{names[one].name} 50 % 100 % 50 1.00" in page
        assert f"{names[other].name} No post-test yet" in page
        assert names[stranger].name not in page
        assert names[one].email not in response.text

    def test_is_a_page_of_pre_tests_only(self, instructor):
        assert ">Learning gain<" in instructor.get(ADDRESS).text
        assert instructor.get(f"/teach/digital-id/gain/{FINAL}").status_code == 404
        results = instructor.get(f"/teach/digital-id/analysis/{FINAL}")
        assert ">Learning gain<" not in results.text

    def test_hides_other_courses_and_cohorts(self, instructor, client_of):
        elsewhere = make_cohort(courses=())

        stranger = client_of(make_staff("instructor", "course", "another"))

        assert stranger.get(ADDRESS).status_code == 404
        assert instructor.get(f"{ADDRESS}/{elsewhere.slug}").status_code == 404
        assert instructor.get(f"{ADDRESS}/no-such-cohort").status_code == 404

    def test_asks_the_database_as_often_for_40_learners_as_for_4(self, instructor, count_queries):
        for size in (4, 36):
            enrolments = make_enrolments(size)
            make_results(enrolments)
            make_results(enrolments, FINAL, started_at=LATER)
            instructor.get(ADDRESS)
            with count_queries() as statements:
                instructor.get(ADDRESS)
            if size == 4:
                for_four = len(statements)

        assert len(statements) == for_four <= 6
