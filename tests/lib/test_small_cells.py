from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.lib.small_cells import SMALLEST, hidden_cells, with_totals


def words(counts, people=None):
    """Return a table as somebody reads it: the numbers, and None for what is hidden."""
    hidden = hidden_cells(counts, people or [[9 for _cell in row] for row in counts])
    if hidden is None:
        return None
    return [
        [None if is_hidden else count for count, is_hidden in zip(row, flags, strict=True)]
        for row, flags in zip(with_totals(counts), hidden, strict=True)
    ]


class TestHiddenCells:
    @pytest.mark.parametrize(
        ("counts", "shown"),
        [
            # Nobody is few: all is shown.
            ([[10, 20], [5, 6]], [[10, 20, 30], [5, 6, 11]]),
            # One small cell: its column's total would give it away, so the other one there is hidden, and the
            # totals of their rows.
            ([[3, 20], [15, 16]], [[None, 20, None], [None, 16, None]]),
            # Three groups: the smallest of the others is enough; of two that are as small, both.
            (
                [[3, 20], [15, 16], [50, 50]],
                [[None, 20, None], [None, 16, None], [50, 50, 100]],
            ),
            ([[3], [15], [15]], [[None, None], [None, None], [None, None]]),
            # One cohort: a cell and its row's total are one number.
            ([[3], [15]], [[None, None], [None, None]]),
        ],
    )
    def test_hides_the_small_and_what_would_reveal_them(self, counts, shown):
        assert words(counts) == shown

    def test_shows_nothing_where_nobody_is(self):
        assert words([[0, 7], [9, 0]], [[0, 9], [9, 0]]) == [[0, 7, 7], [9, 0, 9]]

    def test_hides_a_small_group_behind_one_that_nobody_is_in(self):
        assert words([[3, 30], [0, 8]], [[3, 30], [0, 8]]) == [[None, 30, None], [None, 8, None]]

    def test_gives_up_where_the_whole_cohort_is_one_small_group(self):
        assert words([[3]]) is None
        assert words([[0, 30]], [[4, 40]]) is None


tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=1, max_size=4
    )
)


class TestNobodyIsFound:
    @settings(max_examples=300, deadline=None)
    @given(tables)
    def test_by_adding_and_taking_away_what_is_shown(self, counts):
        """Linear algebra, which knows nothing of flows: no hidden cell is a combination of the shown totals."""
        hidden = hidden_cells(counts, [[20 for _cell in row] for row in counts])
        if hidden is None:
            return

        cells = [(i, j) for i, row in enumerate(hidden) for j, flag in enumerate(row) if flag]
        equations = equations_of(counts, cells)

        rank = rank_of(equations)
        for place in range(len(cells)):
            alone = [Fraction(place == other) for other in range(len(cells))]
            assert rank_of([*equations, alone]) == rank + 1

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=2), min_size=2, max_size=2))
    def test_by_trying_every_table_that_fits(self, counts):
        """Counts are whole and not negative: of all tables that fit what is shown, each hidden cell has two values."""
        hidden = hidden_cells(counts, [[20, 20], [20, 20]])
        if hidden is None:
            return

        fitting = [table for table in every_table(counts) if looks_alike(table, counts, hidden)]

        for j, column in enumerate(zip(*counts, strict=True)):
            for i, count in enumerate(column):
                is_told_by_the_total = not sum(column)  # nobody at all is nobody in each group
                values = {table[i][j] for table in fitting}
                assert count in values
                assert len(values) > hidden[i][j] or is_told_by_the_total

    @settings(max_examples=100, deadline=None)
    @given(tables, st.randoms())
    def test_by_laying_tables_of_other_choices_side_by_side(self, counts, random):
        """The same cells of a column are hidden beside whichever others, in whichever order."""
        hidden = hidden_cells(counts, counts)
        columns = random.sample(range(len(counts[0])), random.randint(1, len(counts[0])))
        rows = random.sample(range(len(counts)), len(counts))
        chosen = [[counts[row][column] for column in columns] for row in rows]

        fewer = hidden_cells(chosen, chosen)

        if hidden is not None and fewer is not None:
            assert [row[:-1] for row in fewer] == [
                [hidden[row][column] for column in columns] for row in rows
            ]

    @settings(max_examples=100, deadline=None)
    @given(tables)
    def test_in_a_cell_that_is_shown(self, counts):
        hidden = hidden_cells(counts, [[20 for _cell in row] for row in counts])

        if hidden is not None:
            for row, flags in zip(with_totals(counts), hidden, strict=True):
                assert all(
                    flag or count >= SMALLEST for count, flag in zip(row, flags, strict=True)
                )


def equations_of(counts, cells):
    """Return what a reader knows: rows add up to their totals, columns and the totals to sums that are shown."""
    width = len(counts[0])
    by_row = [
        [Fraction((i == row) * (-1 if j == width else 1)) for i, j in cells]
        for row in range(len(counts))
    ]
    by_column = [[Fraction(j == column) for _i, j in cells] for column in range(width + 1)]
    return [*by_row, *by_column]


def rank_of(rows) -> int:
    rows, rank = [list(row) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in range(rank, len(rows)) if rows[row][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for row in range(rank + 1, len(rows)):
            share = rows[row][column] / rows[rank][column]
            rows[row] = [one - share * two for one, two in zip(rows[row], rows[rank], strict=True)]
        rank += 1
    return rank


def every_table(counts):
    """Yield every table of two groups with the same totals of its columns."""
    first, second = (sum(column) for column in zip(*counts, strict=True))
    for one, two in product(range(first + 1), range(second + 1)):
        yield with_totals([[one, two], [first - one, second - two]])


def looks_alike(table, counts, hidden) -> bool:
    return all(
        flag or mine == theirs
        for row, real, flags in zip(table, with_totals(counts), hidden, strict=True)
        for mine, theirs, flag in zip(row, real, flags, strict=True)
    )
