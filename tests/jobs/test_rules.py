from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lms.jobs.rules import daily, hourly, wait_after


class TestWaitAfter:
    @pytest.mark.parametrize(
        ("tries", "seconds"),
        [(0, 5), (1, 5), (2, 10), (3, 20), (4, 40), (10, 2560), (11, 3600), (1000, 3600)],
    )
    def test_doubles_up_to_an_hour(self, tries, seconds):
        assert wait_after(tries) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("period", "moment", "name"),
    [
        (hourly, datetime(2026, 11, 25, 6, 59, tzinfo=UTC), "2026-11-25T06"),
        (daily(hour=4), datetime(2026, 11, 25, 3, 59, tzinfo=UTC), "2026-11-24"),
        (daily(hour=4), datetime(2026, 11, 25, 4, 0, tzinfo=UTC), "2026-11-25"),
        (daily(hour=4), datetime(2027, 1, 1, 3, 0, tzinfo=UTC), "2026-12-31"),
    ],
)
def test_period(period, moment, name):
    assert period(moment) == name
