"""The cells of the heatmap, drawn here and not in a template: a page has 1,500, of which some hundred differ."""

from __future__ import annotations

from flask_babel import gettext as _
from markupsafe import Markup, escape

from lms.delegations.queries import Cell, Row


def cells_of(rows: list[Row], people_address: str) -> dict[int, Markup]:
    """Return the cells of each person's row in a table, by the person's id.

    A cell leads to the module's steps on the person's page, and says how far that is in a word or a percentage.
    """
    different = {cell for row in rows for cell in row.cells}
    words = {percent: escape(_words(percent)) for percent in {cell.percent for cell in different}}
    drawn = {
        cell: f'#{escape(cell.anchor)}" class="c{cell.shade} num">{words[cell.percent]}</a></td>'
        for cell in different
    }
    return {
        row.person_id: _row(f'<td><a href="{escape(people_address)}/{row.person_id}', row, drawn)
        for row in rows
    }


def _row(start: str, row: Row, drawn: dict[Cell, str]) -> Markup:
    """Put a row together from parts that are escaped already."""
    return Markup("".join([start + drawn[cell] for cell in row.cells]))  # noqa: S704 # nosec B704


def _words(percent: int) -> str | Markup:
    if percent == 0:
        return Markup('<span class="vh">{}</span>–').format(_("Not begun"))
    return _("Done") if percent == 100 else _("%(percent)d %%", percent=percent)
