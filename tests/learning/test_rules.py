from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.learning.rules import days_left

ASTANA = "Asia/Almaty"  # UTC+5
FRIDAY = date(2026, 12, 4)
CLOSING = datetime(2026, 12, 4, 14, tzinfo=UTC)  # 19:00 in Astana


@pytest.mark.parametrize(
    ("now", "days"),
    [
        ("2026-12-02T18:59", 2),  # Wednesday 23:59 there
        ("2026-12-02T19:00", 1),  # Thursday begins there, while it is Wednesday in UTC
        ("2026-12-03T18:59", 1),
        ("2026-12-03T19:00", 0),
        ("2026-12-04T13:59", 0),
        ("2026-12-04T14:00", -1),  # closed at this very moment
        ("2026-12-04T18:59", -1),
        ("2026-12-05T19:00", -2),
    ],
)
def test_days_left_until_a_moment(now, days):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)

    assert days_left(moment, ASTANA, closes_at=CLOSING, ends_on=FRIDAY) == days


@pytest.mark.parametrize(
    ("now", "days"),
    [
        ("2026-12-02T19:00", 1),
        ("2026-12-03T19:00", 0),
        ("2026-12-04T18:59", 0),  # the whole last day counts
        ("2026-12-04T19:00", -1),
    ],
)
def test_days_left_of_a_cohort_without_a_closing_moment(now, days):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)

    assert days_left(moment, ASTANA, closes_at=None, ends_on=FRIDAY) == days


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from([ASTANA, "Asia/Tbilisi", "Asia/Seoul", "UTC", "America/St_Johns"]),
    st.timedeltas(timedelta(days=-400), timedelta(days=400)),
)
def test_is_below_0_exactly_when_it_is_over(now, time_zone, ahead):
    days = days_left(now, time_zone, closes_at=now + ahead, ends_on=FRIDAY)

    assert (days < 0) is (ahead <= timedelta(0))
