"""Which cells of a split table are hidden, so that nobody in a small group can be picked out.

A cell of fewer than five people is hidden, and with it as many others of its column as it takes that it does not follow
from the column's total, which is shown anyway: on the page without a split. The total of a row is hidden as soon as one
of its cells is.

So each column is decided for itself, by its numbers alone: the same cells are hidden whichever other columns stand
beside it and in whichever order its rows come. Two tables of other choices, laid side by side, tell no more than one.
"""

from __future__ import annotations

SMALLEST = 5
"""People in a cell that is shown."""

Table = list[list[int]]


def hidden_cells(counts: Table, people: Table) -> list[list[bool]] | None:
    """Decide which cells of a table to hide.

    Args:
        counts: a row for each group, a column for each cohort.
        people: how many the group has there; where there is nobody, nothing is said of anybody.

    Returns:
        For each row its cells and, last, its total: whether it is hidden. None when no table can be shown: where
        there is one group alone, the columns' totals are its numbers.
    """
    columns = [
        _hidden_in(column, there)
        for column, there in zip(zip(*counts, strict=True), zip(*people, strict=True), strict=True)
    ]
    if len(counts) == 1 and any(columns):
        return None
    flags = [[row in hidden for hidden in columns] for row in range(len(counts))]
    return [[*row, any(row)] for row in flags]


def with_totals(counts: Table) -> Table:
    """Add to each row its total."""
    return [[*row, sum(row)] for row in counts]


def _hidden_in(column: tuple[int, ...], people: tuple[int, ...]) -> set[int]:
    """Return the rows that are hidden in a column.

    Cells that are alike are hidden together, the smallest first, and those with nobody in them last: they make up for
    others only upwards.
    """
    hidden = {row for row, count in enumerate(column) if people[row] and count < SMALLEST}
    while hidden and not _is_safe(column, hidden):
        shown = {row: count for row, count in enumerate(column) if row not in hidden}
        if not shown:
            break  # nobody is in the column at all, as its total says
        least = min(shown.values(), key=lambda count: (not count, count))
        hidden |= {row for row, count in shown.items() if count == least}
    return hidden


def _is_safe(column: tuple[int, ...], hidden: set[int]) -> bool:
    """Tell whether each hidden cell could be one more or one fewer, with another one making up for it."""
    return len(hidden) > 1 and any(column[row] for row in hidden)
