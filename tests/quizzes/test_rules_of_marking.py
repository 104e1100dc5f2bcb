import pytest

from lms.quizzes.rules import Score, Shares, Stage, is_borderline, place, share, stage

RUBRIC = {"clarity": 3, "evidence": 1}
NOBODY, FIRST, BOTH = Shares(), Shares(0.5), Shares(0.5, 1.0)


class TestShare:
    @pytest.mark.parametrize(
        ("clarity", "evidence", "earned"), [(0, 0, 0.0), (3, 1, 1.0), (2, 0, 0.5), (0, 1, 0.25)]
    )
    def test_is_the_points_of_the_levels_of_the_highest_possible(self, clarity, evidence, earned):
        assert share(RUBRIC, {"clarity": clarity, "evidence": evidence}) == earned

    @pytest.mark.parametrize(
        "levels",
        [
            {},
            {"clarity": 1},
            {"clarity": 4, "evidence": 0},
            {"clarity": -1, "evidence": 0},
            {"clarity": 1, "evidence": 0, "style": 1},
        ],
    )
    def test_refuses_levels_that_the_rubric_does_not_have(self, levels):
        with pytest.raises(ValueError, match="criterion"):
            share(RUBRIC, levels)


class TestMean:
    @pytest.mark.parametrize(
        ("given", "mean"), [(NOBODY, 0.0), (FIRST, 0.5), (BOTH, 0.75), (Shares(None, 1.0), 1.0)]
    )
    def test_is_of_those_who_have_marked(self, given, mean):
        assert given.mean == mean


class TestIsBorderline:
    @pytest.mark.parametrize(
        ("got", "within", "borderline"),
        [
            (70, 0, False),  # never, also not at the pass mark itself
            (70, 5, True),
            (65, 5, True),
            (75, 5, True),
            (64, 5, False),
            (76, 5, False),
        ],
    )
    def test_counts_both_ends(self, got, within, borderline):
        assert is_borderline(Score(got, 100), 70, within) is borderline


class TestStage:
    @pytest.mark.parametrize(
        ("given", "within", "expected"),
        [
            ([NOBODY], 0, Stage.FIRST),
            ([FIRST, NOBODY], 50, Stage.FIRST),
            ([FIRST], 0, Stage.DONE),
            ([FIRST], 20, Stage.SECOND),  # 1.0 and 0.5: 75 %, pass at 60 %
            ([FIRST], 14, Stage.DONE),
            ([BOTH], 20, Stage.DONE),
            ([BOTH, FIRST], 20, Stage.SECOND),
            ([], 50, Stage.DONE),
        ],
    )
    def test_follows_from_the_first_marks(self, given, within, expected):
        assert stage(given, [1.0], 60, within) is expected

    def test_does_not_depend_on_what_the_second_marker_gave(self):
        assert stage([Shares(0.5, 0.0), FIRST], [1.0], 60, 10) is Stage.SECOND


class TestPlace:
    @pytest.mark.parametrize(
        ("at", "given", "own", "is_blind", "expected"),
        [
            (Stage.FIRST, NOBODY, None, False, 1),
            (Stage.FIRST, NOBODY, None, True, 1),
            (Stage.FIRST, FIRST, None, False, 1),
            (Stage.FIRST, FIRST, None, True, None),  # it may become the second marker
            (Stage.FIRST, FIRST, 1, True, 1),
            (Stage.SECOND, FIRST, None, True, 2),
            (Stage.SECOND, FIRST, 1, True, 1),
            (Stage.SECOND, BOTH, None, True, None),
            (Stage.SECOND, BOTH, 2, True, 2),
            (Stage.DONE, BOTH, None, True, 1),
            (Stage.DONE, FIRST, None, True, 1),
            (Stage.DONE, BOTH, 2, True, 2),
        ],
    )
    def test_is_the_own_the_first_or_the_second(self, at, given, own, is_blind, expected):
        assert place(at, given, own, is_blind=is_blind) == expected
