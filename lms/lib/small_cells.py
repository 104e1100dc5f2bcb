"""Which cells of a split table are hidden, so that nobody in a small group can be picked out.

A cell of fewer than five people is hidden, and so are as many others as it takes that no hidden cell follows from
the totals that are shown. The totals of the columns are shown anyway, on the page without a split; those of the
rows are cells like all others.

Counts in a table with totals are a flow from rows to columns: a hidden cell is safe when it could be one more, or
one fewer, with other hidden cells making up for it and none of them below nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

SMALLEST = 5
"""People in a cell that is shown."""

Table = list[list[int]]


def hidden_cells(counts: Table, people: Table) -> list[list[bool]] | None:
    """Decide which cells of a table to hide.

    Args:
        counts: a row for each group, a column for each cohort.
        people: how many the group has there; where there is nobody, nothing is said of anybody.

    Returns:
        For each row its cells and, last, its total: whether it is hidden. None when no table can be shown: then
        the columns' totals alone give a small cell away.
    """
    table = with_totals(counts)
    whole = with_totals(people)
    hidden = {
        (row, column)
        for row, cells in enumerate(table)
        for column, count in enumerate(cells)
        if whole[row][column] and count < SMALLEST
    }
    while unsafe := [cell for cell in sorted(hidden) if not _is_safe(table, hidden, cell)]:
        for cell in unsafe:
            if _is_safe(table, hidden, cell):
                continue
            more = _next_to_hide(table, hidden, cell)
            if more is None:
                return None
            hidden.add(more)
    return [
        [(row, column) in hidden for column in range(len(cells))] for row, cells in enumerate(table)
    ]


def with_totals(counts: Table) -> Table:
    """Add to each row its total."""
    return [[*row, sum(row)] for row in counts]


Cell = tuple[int, int]


def _next_to_hide(table: Table, hidden: set[Cell], cell: Cell) -> Cell | None:
    """Choose what is hidden besides a cell: in its column or row, where less is hidden, else anywhere.

    A cell with nobody in it comes last: it makes up for others only upwards.
    """
    row, column = cell
    width = len(table[0])
    in_column = [(one, column) for one in range(len(table))]
    in_row = [(row, one) for one in range(width)]
    anywhere = [(one, other) for one in range(len(table)) for other in range(width)]
    lines = sorted((in_column, in_row), key=lambda line: len(hidden.intersection(line)))
    for place in (*lines, anywhere):
        shown = [one for one in place if one not in hidden]
        if shown:
            return min(shown, key=lambda one: (not table[one[0]][one[1]], table[one[0]][one[1]]))
    return None


def _is_safe(table: Table, hidden: set[Cell], cell: Cell) -> bool:
    start, end = _ends(table, cell)
    count = table[cell[0]][cell[1]]
    more = _is_reached(table, hidden, cell, end, start)
    return more or (count > 0 and _is_reached(table, hidden, cell, start, end))


def _ends(table: Table, cell: Cell) -> tuple[int, int]:
    """Return from where to where a cell flows: rows have the first numbers, columns the next, their sum the last.

    A row's total flows into the row, and its other cells out of it.
    """
    row, column = cell
    rows, width = len(table), len(table[0])
    return (rows + width, row) if column == width - 1 else (row, rows + column)


def _is_reached(table: Table, hidden: set[Cell], without: Cell, start: int, end: int) -> bool:
    """Tell whether the other hidden cells can carry one person from ``start`` to ``end``."""
    ways: dict[int, list[int]] = {}
    for one, other in _ways(table, hidden - {without}):
        ways.setdefault(one, []).append(other)
    seen, waiting = {start}, deque([start])
    while waiting:
        here = waiting.popleft()
        if here == end:
            return True
        for following in ways.get(here, ()):
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return False


def _ways(table: Table, hidden: set[Cell]) -> Iterator[tuple[int, int]]:
    for cell in hidden:
        start, end = _ends(table, cell)
        yield start, end  # one more
        if table[cell[0]][cell[1]]:
            yield end, start  # one fewer
