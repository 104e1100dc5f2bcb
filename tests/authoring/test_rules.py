from __future__ import annotations

import pytest

from lms.authoring.rules import missing, tolerance_words


class TestMissing:
    @pytest.mark.parametrize(("count", "found"), [(0, 10), (1, 9), (9, 1), (10, 0), (500, 0)])
    def test_is_what_lacks_to_ten(self, count, found):
        assert missing(count) == found


class TestToleranceWords:
    @pytest.mark.parametrize(
        ("structure", "found"),
        [
            ({"type": "single_choice"}, ""),
            ({"tolerance": 0}, ""),
            ({"tolerance": 5}, "± 5"),
            ({"tolerance": 0.5, "tolerance_kind": "absolute"}, "± 0.5"),
            ({"tolerance": 0.05, "tolerance_kind": "relative"}, "± 5 %"),
        ],
    )
    def test_say_how_far_an_answer_may_be_off(self, structure, found):
        assert tolerance_words(structure) == found
