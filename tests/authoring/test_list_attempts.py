from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lms.extensions import db
from tests.factories import (
    FIRST_QUIZ,
    enrolment_of,
    make_cohort,
    make_learner,
    make_staff,
    start,
    take_quiz,
)

PAGE = f"/teach/digital-id/attempts/{FIRST_QUIZ}"


def aged(attempt, *, days=0, over=False):
    """Let an attempt have begun some days ago; its time may be over."""
    now = datetime.now(UTC)
    attempt.started_at = now - timedelta(days=days)
    attempt.deadline_at = now - timedelta(hours=1) if over else None
    db.session.commit()
    return attempt


class TestListAttempts:
    def test_names_learner_cohort_state_and_result(self, instructor):
        person, seat = make_learner()
        take_quiz(seat)

        page = instructor.get(PAGE).text

        assert person.name_latin in page
        assert seat.cohort_title in page
        assert "Handed in and marked" in page
        assert "100 %" in page

    def test_tells_neither_address_nor_country_account(self, instructor):
        person, seat = make_learner()
        start(seat)

        assert person.email not in instructor.get(PAGE).text

    @pytest.mark.parametrize(
        ("filters", "shown"),
        [
            ("", {"open", "over", "done"}),
            ("state=open", {"open"}),
            ("state=over", {"over"}),
            ("state=marked", {"done"}),
            ("state=waiting", set()),
            ("days=3", {"over"}),
            ("state=open&days=3", set()),
            ("state=nonsense", {"open", "over", "done"}),
            ("days=many", {"open", "over", "done"}),
        ],
    )
    def test_filters_by_state_and_age(self, instructor, filters, shown):
        learners = {
            name: make_learner(family_name_latin=f"Named{name}")
            for name in ("open", "over", "done")
        }
        aged(start(learners["open"][1]))
        aged(start(learners["over"][1]), days=5, over=True)
        take_quiz(learners["done"][1])

        page = instructor.get(f"{PAGE}?{filters}").text

        assert {name for name in learners if f"Named{name}" in page} == shown

    def test_filters_by_cohort(self, instructor):
        here, there = (
            make_learner(family_name_latin="Here"),
            make_learner(make_cohort("GE"), family_name_latin="There"),
        )
        for _person, seat in (here, there):
            start(seat)

        page = instructor.get(f"{PAGE}?cohort={there[1].cohort_slug}").text

        assert "There" in page
        assert "Aigul Here" not in page

    def test_leaves_out_who_has_left_the_course(self, instructor):
        person, seat = make_learner()
        start(seat)
        enrolment_of(seat).withdrawn_at = datetime.now(UTC)
        db.session.commit()

        assert person.name_latin not in instructor.get(PAGE).text

    def test_asks_as_often_for_many_as_for_few(self, instructor, count_queries):
        cohort = make_cohort()
        start(make_learner(cohort)[1])
        instructor.get(PAGE)
        with count_queries() as few:
            instructor.get(PAGE)
        for _more in range(4):
            start(make_learner(cohort)[1])

        with count_queries() as many:
            instructor.get(PAGE)

        assert len(many) == len(few) <= 10

    def test_is_not_there_for_another_course(self, client_of):
        stranger = client_of(make_staff("instructor", "course", "another-course"))

        assert stranger.get(PAGE).status_code == 404

    def test_is_not_there_for_a_step_that_is_no_quiz(self, instructor):
        page = "/teach/digital-id/attempts/who-says-so/number-and-card"

        assert instructor.get(page).status_code == 404
