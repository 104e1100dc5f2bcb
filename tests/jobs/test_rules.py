from __future__ import annotations

from datetime import timedelta

import pytest

from lms.jobs.rules import wait_after


class TestWaitAfter:
    @pytest.mark.parametrize(
        ("tries", "seconds"),
        [(0, 5), (1, 5), (2, 10), (3, 20), (4, 40), (10, 2560), (11, 3600), (1000, 3600)],
    )
    def test_doubles_up_to_an_hour(self, tries, seconds):
        assert wait_after(tries) == timedelta(seconds=seconds)
