from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.rules import (
    AttemptState,
    Refusal,
    deadline,
    extra_time,
    may_start,
    seconds_left,
    state,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
OPEN, SUBMITTED, CLOSED = AttemptState


class TestDeadline:
    @pytest.mark.parametrize(
        ("limit", "closes", "factor", "minutes"),
        [
            (None, None, 1, None),
            (None, None, 2, None),
            (None, 60, 1, 60),
            (None, 60, 2, 60),
            (1800, None, 1, 30),
            (1800, None, 2, 60),
            (1800, None, 1.5, 45),
            (1800, None, 1.1, 33),
            (1800, None, Decimal("1.1"), 33),
            (1800, 60, 1, 30),
            (1800, 30, 1, 30),
            (1800, 10, 1, 10),
            (1800, 10, 2, 40),
            (1800, 40, 2, 60),
        ],
    )
    def test_adds_extra_time_after_the_closing_too(self, limit, closes, factor, minutes):
        closes_at = None if closes is None else NOON + closes * MINUTE
        ends_at = None if minutes is None else NOON + minutes * MINUTE

        assert deadline(NOON, limit, closes_at, factor) == ends_at

    @given(
        st.integers(1, 86_400),
        st.one_of(st.none(), st.integers(0, 10**6)),
        st.decimals(1, 10, places=2),
    )
    def test_gives_nobody_less_for_extra_time(self, limit, closes, factor):
        closes_at = None if closes is None else NOON + closes * SECOND

        ordinary = deadline(NOON, limit, closes_at)
        extended = deadline(NOON, limit, closes_at, factor)

        assert ordinary <= NOON + limit * SECOND
        assert closes_at is None or ordinary <= closes_at
        assert extended - ordinary == extra_time(limit, factor)

    @pytest.mark.parametrize("factor", [0, 0.99, Decimal("0.5"), -1])
    def test_shortens_no_ones_time(self, factor):
        with pytest.raises(ValueError, match="1 or more"):
            deadline(NOON, 1800, None, factor)


class TestSecondsLeft:
    @pytest.mark.parametrize(
        ("ends", "left"),
        [
            (None, None),
            (90 * SECOND, 90),
            (1.9 * SECOND, 1),
            (0 * SECOND, 0),
            (-1 * SECOND, 0),
        ],
    )
    def test_counts_whole_seconds_that_are_still_there(self, ends, left):
        assert seconds_left(NOON, None if ends is None else NOON + ends) == left


class TestState:
    @pytest.mark.parametrize(
        ("submitted", "ends", "expected"),
        [
            (None, None, OPEN),
            (None, 1 * SECOND, OPEN),
            (None, 0 * SECOND, OPEN),
            (None, -5 * SECOND, OPEN),
            (None, -5.000001 * SECOND, CLOSED),
            (None, -60 * SECOND, CLOSED),
            (-1 * SECOND, None, SUBMITTED),
            (-1 * SECOND, 60 * SECOND, SUBMITTED),
            (-90 * SECOND, -60 * SECOND, SUBMITTED),
        ],
    )
    def test_follows_from_the_time(self, submitted, ends, expected):
        submitted_at = None if submitted is None else NOON + submitted
        deadline_at = None if ends is None else NOON + ends

        assert state(NOON, submitted_at, deadline_at) is expected


class TestMayStart:
    @pytest.mark.parametrize(
        ("attempts", "max_attempts", "reason", "left"),
        [
            ([], None, None, None),
            ([], 1, None, 1),
            ([SUBMITTED, CLOSED], None, None, None),
            ([SUBMITTED, CLOSED], 3, None, 1),
            ([SUBMITTED, CLOSED], 2, Refusal.NO_ATTEMPTS_LEFT, 0),
            ([SUBMITTED, CLOSED], 1, Refusal.NO_ATTEMPTS_LEFT, 0),
            ([SUBMITTED, OPEN], None, Refusal.ATTEMPT_OPEN, None),
            ([SUBMITTED, OPEN], 2, Refusal.ATTEMPT_OPEN, 0),
        ],
    )
    def test_counts_every_attempt(self, attempts, max_attempts, reason, left):
        permission = may_start(attempts, max_attempts, now=NOON)

        assert permission.reason is reason
        assert permission.is_given is (reason is None)
        assert permission.attempts_left == left

    @pytest.mark.parametrize(
        ("opens", "closes", "reason"),
        [
            (0, None, None),
            (1, None, Refusal.NOT_YET_OPEN),
            (None, 1, None),
            (None, 0, Refusal.CLOSED),
            (None, -1, Refusal.CLOSED),
            (-1, 1, None),
        ],
    )
    def test_keeps_to_the_opening_times(self, opens, closes, reason):
        permission = may_start(
            [],
            3,
            now=NOON,
            opens_at=None if opens is None else NOON + opens * SECOND,
            closes_at=None if closes is None else NOON + closes * SECOND,
        )

        assert permission.reason is reason
        assert permission.attempts_left == 3

    def test_lets_a_running_attempt_go_on_after_the_closing_time(self):
        permission = may_start([OPEN], 1, now=NOON, closes_at=NOON)

        assert permission.reason is Refusal.ATTEMPT_OPEN
