from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lms.authoring.queries import quiz_results
from lms.cohorts.models import Enrolment
from lms.courses.queries import items_of, newest_version, outline_of
from lms.extensions import db
from lms.quizzes.models import Attempt
from tests.factories import FIRST_QUIZ, make_cohort, make_learner
from tests.pages import text_of

ADDRESS = f"/teach/digital-id/analysis/{FIRST_QUIZ}"


@pytest.fixture
def submitted(app):
    """Return a function that stores marked attempts, each by a learner of its own."""
    cohort = make_cohort()

    def store(*scores: float, marks: dict[str, float] | None = None) -> None:
        for score in scores:
            _person, seat = make_learner(cohort)
            db.session.add(
                Attempt(
                    enrolment_id=seat.enrolment_id,
                    version_id=seat.version_id,
                    quiz=FIRST_QUIZ,
                    number=1,
                    seed=1,
                    item_keys=list(marks or {}),
                    pass_percent=60,
                    started_at=datetime.now(UTC),
                    submitted_at=datetime.now(UTC),
                    marked_at=datetime.now(UTC),
                    marks=marks or {},
                    score_percent=score,
                    is_passed=score >= 60,
                )
            )
        db.session.commit()

    return store


@pytest.fixture
def keys(app) -> list[str]:
    version = newest_version("digital-id")
    return [key for key, item in items_of(version.id).items() if item.bank == "who-says-so"]


class TestShowResults:
    def test_says_when_nobody_has_handed_in_yet(self, instructor):
        assert "Nobody has handed in this quiz yet" in text_of(instructor.get(ADDRESS))

    def test_counts_attempts_and_passes_from_the_first_on(self, instructor, submitted):
        submitted(50, 100, 100)

        page = text_of(instructor.get(ADDRESS))

        assert "Attempts 3 Passed 2" in page

    def test_gives_no_mean_below_ten_and_says_how_many_are_missing(self, instructor, submitted):
        submitted(*[100.0] * 9)

        page = text_of(instructor.get(ADDRESS))

        assert "Mean score – too few answers yet" in page
        assert "after 1 more attempt." in page
        assert "How the scores are spread" not in page

    def test_gives_mean_and_spread_from_ten_on(self, instructor, submitted):
        submitted(0, 9.9, 60, 60, 70, 100, 100, 100, 100, 100)

        page = text_of(instructor.get(ADDRESS))

        assert "Mean score 69 %" in page
        for line in ("0 to 9 % 2 attempts", "60 to 69 % 2 attempts", "70 to 79 % 1 attempt",
                     "90 to 100 % 5 attempts", "50 to 59 % 0 attempts"):  # fmt: skip
            assert line in page

    def test_puts_the_hardest_question_first(self, instructor, submitted, keys):
        easy, hard, rare = keys[:3]
        submitted(*[50.0] * 8, marks={easy: 1.0, hard: 0.0})
        submitted(*[50.0] * 2, marks={easy: 1.0, hard: 1.0, rare: 1.0})
        items = items_of(newest_version("digital-id").id)
        prompts = {key: " ".join(items[key].texts["en"]["prompt"].split()) for key in keys[:3]}

        page = text_of(instructor.get(ADDRESS))

        assert f"{prompts[hard]} 10 20 %" in page
        assert f"{prompts[easy]} 10 100 %" in page
        assert page.index(prompts[hard]) < page.index(prompts[easy])
        few = page.partition("too few answers yet")[2]
        assert f"{prompts[rare]} 2 answers" in few

    def test_counts_part_of_a_point_as_not_right(self, instructor, submitted, keys):
        submitted(*[50.0] * 10, marks={keys[0]: 0.5})

        version = newest_version("digital-id")
        step = outline_of(version.id).by_path[FIRST_QUIZ]
        (result,) = quiz_results(version, step, "en").ranked

        assert (result.count, result.right_percent) == (10, 0)

    def test_leaves_open_attempts_and_other_quizzes_out(self, instructor, submitted):
        submitted(100)
        for attempt in db.session.query(Attempt):
            attempt.quiz = "when-it-leaked/check"
        _person, seat = make_learner()
        db.session.add(
            Attempt(
                enrolment_id=seat.enrolment_id,
                version_id=seat.version_id,
                quiz=FIRST_QUIZ,
                number=1,
                seed=1,
                item_keys=[],
                pass_percent=60,
                started_at=datetime.now(UTC),
            )
        )
        db.session.commit()

        assert "Nobody has handed in this quiz yet" in text_of(instructor.get(ADDRESS))

    def test_names_nobody(self, instructor, submitted):
        submitted(*[100.0] * 10)
        enrolment = db.session.query(Enrolment).first()

        page = instructor.get(ADDRESS).text

        assert enrolment.person.name_latin not in page
        assert enrolment.person.email not in page

    def test_asks_the_database_as_often_for_20_attempts_as_for_2(
        self, instructor, submitted, count_queries
    ):
        submitted(50, 50)
        instructor.get(ADDRESS)
        with count_queries() as for_two:
            instructor.get(ADDRESS)
        submitted(*[50.0] * 18)

        with count_queries() as for_twenty:
            instructor.get(ADDRESS)

        assert len(for_twenty) == len(for_two)

    def test_is_only_for_quizzes(self, instructor):
        for path in ("who-says-so/number-and-card", "who-says-so/nothing"):
            assert instructor.get(f"/teach/digital-id/analysis/{path}").status_code == 404
