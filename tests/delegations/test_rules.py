from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lms.courses.outline import Module, Outline, Step
from lms.delegations.rules import (
    Need,
    Place,
    Rule,
    Standing,
    days_ago,
    is_quiet,
    need,
    percent,
    place_for,
    shade,
    standing,
)
from lms.progress.rules import progress

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def step(path: str, number: int) -> Step:
    return Step(path, "reading", 5, number, {"en": path}, "", "", None, None)


STEPS = (step("one/a", 1), step("one/b", 2))
OUTLINE = Outline(
    slug="course",
    hours=1,
    subject="",
    source_language="en",
    languages=("en",),
    texts={},
    modules=(Module("one", 1, {"en": "One"}, {"en": []}, STEPS),),
    certificate={},
    facts={},
    sources={},
)
NOTHING, HALF, ALL = (progress(OUTLINE, done) for done in ([], ["one/a"], ["one/a", "one/b"]))


class TestNeed:
    @pytest.mark.parametrize(
        ("done", "signed_in_at", "last_done_at", "is_confirmed", "found"),
        [
            (NOTHING, None, None, False, Need.NOT_SIGNED_IN),
            (NOTHING, ago(1), None, False, Need.NOT_STARTED),
            (HALF, ago(1), ago(8), True, Need.AWAY),
            (HALF, ago(1), ago(7), True, None),
            (HALF, ago(9), ago(2), False, None),
            (ALL, ago(9), ago(9), False, Need.NAME),
            (ALL, ago(9), ago(9), True, None),
        ],
    )
    def test_is_what_keeps_somebody_from_going_on(
        self, done, signed_in_at, last_done_at, is_confirmed, found
    ):
        assert found == need(
            done,
            now=NOW,
            signed_in_at=signed_in_at,
            moved_at=last_done_at or ago(20),
            has_begun=last_done_at is not None,
            is_name_confirmed=is_confirmed,
            is_over=False,
        )

    def test_leaves_newcomers_a_week(self):
        found = need(
            NOTHING,
            now=NOW,
            signed_in_at=ago(2),
            moved_at=ago(2),
            has_begun=False,
            is_name_confirmed=False,
            is_over=False,
        )

        assert found is None

    @pytest.mark.parametrize(("done", "found"), [(HALF, None), (ALL, Need.NAME)])
    def test_asks_only_for_names_once_the_cohort_is_over(self, done, found):
        assert found == need(
            done,
            now=NOW,
            signed_in_at=ago(90),
            moved_at=ago(80),
            has_begun=True,
            is_name_confirmed=False,
            is_over=True,
        )


class TestIsQuiet:
    @pytest.mark.parametrize(
        ("reminded_at", "found"),
        [(None, False), (ago(1), True), (ago(2.99), True), (ago(3), False)],
    )
    def test_lasts_three_days(self, reminded_at, found):
        assert is_quiet(reminded_at, NOW) is found


class TestDaysAgo:
    @pytest.mark.parametrize(
        ("moment", "found"),
        [
            (datetime(2026, 11, 22, 11, tzinfo=UTC), 0),
            (datetime(2026, 11, 21, 19, tzinfo=UTC), 0),  # after midnight in Almaty
            (datetime(2026, 11, 21, 18, 59, tzinfo=UTC), 1),
            (datetime(2026, 11, 10, 12, tzinfo=UTC), 12),
        ],
    )
    def test_counts_the_midnights_of_the_place(self, moment, found):
        assert days_ago(moment, "Asia/Almaty", NOW) == found


class TestShade:
    @pytest.mark.parametrize(
        ("done", "total", "found"),
        [(0, 6, 0), (1, 6, 1), (2, 6, 2), (3, 6, 2), (4, 6, 3), (5, 6, 4), (6, 6, 5), (99, 100, 4)],
    )
    def test_is_darkest_only_when_all_is_done(self, done, total, found):
        assert shade(done, total) == found


class TestPercent:
    @pytest.mark.parametrize(
        ("done", "total", "found"),
        [(0, 6, 0), (1, 6, 16), (1, 200, 1), (199, 200, 99), (6, 6, 100), (0, 0, 100)],
    )
    def test_is_whole_only_when_really_all_is_done(self, done, total, found):
        assert percent(done, total) == found


class TestStanding:
    @pytest.mark.parametrize(
        ("places", "finished", "stale", "is_active", "has_signed_in", "found"),
        [
            (0, 0, True, True, True, Standing.WITHDRAWN),
            (2, 2, True, False, True, Standing.FINISHED),
            (2, 1, True, False, True, Standing.SUSPENDED),
            (1, 0, True, True, False, Standing.NOT_SIGNED_IN),
            (2, 1, True, True, True, Standing.BEHIND),
            (2, 1, False, True, True, Standing.ON_TRACK),
        ],
    )
    def test_is_one_over_all_courses(
        self, places, finished, stale, is_active, has_signed_in, found
    ):
        assert found == standing(
            place_count=places,
            finished_count=finished,
            is_stale=stale,
            is_active=is_active,
            has_signed_in=has_signed_in,
        )


def place(course_id: int, last_done_at: datetime | None, **facts) -> Place:
    values = {
        "version_id": course_id, "enrolled_at": ago(40), "closes_at": None, "is_finished": False,
        "is_withdrawn": False, **facts,
    }  # fmt: skip
    return Place(course_id=course_id, last_done_at=last_done_at, **values)


class TestPlaceForWhoeverIsAway:
    @pytest.mark.parametrize(
        ("places", "course_id"),
        [
            ([place(1, None), place(2, ago(2))], None),  # one course after the other
            ([place(1, None), place(2, ago(2), is_finished=True)], None),
            ([place(1, None, enrolled_at=ago(3)), place(2, ago(20))], None),
            ([place(1, None), place(2, ago(2), is_withdrawn=True)], 1),
            ([place(1, None), place(2, ago(9)), place(3, ago(12))], 2),
            ([place(1, None), place(2, ago(9), is_finished=True)], 1),
        ],
        ids=[
            "active in another",
            "finished another",
            "new",
            "left another",
            "last one",
            "next one",
        ],
    )
    def test_is_the_course_that_was_left_last(self, places, course_id):
        found = place_for(Rule.AWAY, places, signed_in_at=ago(9), is_name_confirmed=True, now=NOW)

        assert (found and found.course_id) == course_id
