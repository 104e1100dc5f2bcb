from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.rules import (
    AttemptState,
    Refusal,
    Window,
    deadline,
    extension,
    extra_time,
    later,
    may_start,
    retry_at,
    seconds_left,
    state,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
OPEN, SUBMITTED, CLOSED = AttemptState


def moment(seconds):
    return None if seconds is None else NOON + seconds * SECOND


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
        st.integers(0, 10**5),
    )
    def test_never_lets_the_closing_eat_extra_time(self, limit, closes, factor, extended):
        closes_at = None if closes is None else NOON + closes * SECOND

        ordinary = deadline(NOON, limit, closes_at)
        lengthened = deadline(NOON, limit, closes_at, factor, extended)

        assert ordinary <= NOON + limit * SECOND
        assert closes_at is None or ordinary <= closes_at
        assert lengthened - ordinary == extra_time(limit, factor) + extended * SECOND

    @pytest.mark.parametrize("factor", [0, 0.99, Decimal("0.5"), -1])
    def test_shortens_no_ones_time(self, factor):
        with pytest.raises(ValueError, match="1 or more"):
            deadline(NOON, 1800, None, factor)


class TestLater:
    @pytest.mark.parametrize(
        ("one", "other", "expected"),
        [
            (NOON, NOON + MINUTE, NOON + MINUTE),
            (NOON + MINUTE, NOON, NOON + MINUTE),
            (NOON, None, None),
            (None, NOON, None),
            (None, None, None),
        ],
    )
    def test_takes_no_time_away(self, one, other, expected):
        assert later(one, other) == expected


class TestExtension:
    @pytest.mark.parametrize(
        ("limit_minutes", "minutes"),
        [(1, 2), (9, 2), (10, 2), (11, 3), (30, 6), (31, 7), (60, 12), (240, 48)],
    )
    def test_adds_a_fifth_in_whole_minutes(self, limit_minutes, minutes):
        assert extension(60 * limit_minutes, 0).seconds == 60 * minutes

    @pytest.mark.parametrize(
        ("extended_minutes", "left", "number"),
        [(0, 10, 1), (6, 9, 2), (7, 8, 3), (54, 1, 10), (60, 0, 11), (90, 0, 16)],
    )
    def test_can_be_had_ten_times(self, extended_minutes, left, number):
        after = extension(30 * 60, 60 * extended_minutes)

        assert (after.left, after.number) == (left, number)


class TestRetryAt:
    @pytest.mark.parametrize(
        ("ended", "hours", "expected"),
        [
            (None, 24, None),
            (NOON, 0, None),
            (NOON, 24, NOON + timedelta(days=1)),
            (NOON, 0.5, NOON + 30 * MINUTE),
        ],
    )
    def test_counts_from_the_end_of_the_last_attempt(self, ended, hours, expected):
        assert retry_at(ended, hours) == expected


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
            window=Window(moment(opens), moment(closes)),
        )

        assert permission.reason is reason
        assert permission.attempts_left == 3

    @pytest.mark.parametrize(
        ("attempts", "retry", "closes", "reason"),
        [
            ([SUBMITTED], 1, None, Refusal.WAITING),
            ([SUBMITTED], 0, None, None),
            ([SUBMITTED], -1, None, None),
            ([SUBMITTED], 1, 2, Refusal.WAITING),
            ([SUBMITTED], 2, 2, Refusal.CLOSES_FIRST),
            ([SUBMITTED], 3, 2, Refusal.CLOSES_FIRST),
            ([SUBMITTED], 1, 0, Refusal.CLOSED),
            ([SUBMITTED, SUBMITTED, SUBMITTED], 1, None, Refusal.NO_ATTEMPTS_LEFT),
            ([OPEN], 1, None, Refusal.ATTEMPT_OPEN),
        ],
    )
    def test_keeps_to_the_waiting_time(self, attempts, retry, closes, reason):
        permission = may_start(
            attempts, 3, now=NOON, window=Window(None, moment(closes)), retry_at=moment(retry)
        )

        assert permission.reason is reason

    def test_lets_a_running_attempt_go_on_after_the_closing_time(self):
        permission = may_start([OPEN], 1, now=NOON, window=Window(None, NOON))

        assert permission.reason is Refusal.ATTEMPT_OPEN
