import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.rules import counting


class TestCounting:
    @pytest.mark.parametrize(
        ("scores", "counts", "expected"),
        [
            ([50.0], "best", 0),
            ([50.0], "last", 0),
            ([50.0], "first", 0),
            ([50.0, 80.0, 20.0], "best", 1),
            ([50.0, 80.0, 20.0], "last", 2),
            ([50.0, 80.0, 20.0], "first", 0),
            ([80.0, 80.0], "best", 0),
            ([0.0, 0.0], "last", 1),
        ],
    )
    def test_follows_the_setting(self, scores, counts, expected):
        assert counting(scores, counts) == expected

    @given(st.lists(st.floats(0, 100), min_size=1))
    def test_of_the_best_is_beaten_by_none(self, scores):
        assert scores[counting(scores, "best")] == max(scores)
