"""The files that the import gives: a template, the rows that were left out, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from lms.cohorts.models import Import, ImportRow
from lms.cohorts.services.imports.fields import FIELDS, HELP, LABELS, label
from lms.cohorts.services.imports.words import problem_words
from lms.extensions import db
from lms.lib.sheets import Sheet


def template_sheet() -> Sheet:
    """Make the template: the columns, and on a second sheet what goes into each."""
    about = [(str(LABELS[field]), str(HELP[field])) for field in FIELDS]
    return Sheet(_("People"), [str(LABELS[field]) for field in FIELDS], [], about)


def rest_sheet(found: Import) -> Sheet:
    """List the rows that are not ready as they are now, each with the reason: to mend and upload again."""
    return _sheet(found, ImportRow.state.not_in(("ready", "added")))


def result_sheet(found: Import) -> Sheet:
    """Tell of every row what became of it."""
    return _sheet(found)


def state_words() -> dict[str, str]:
    return {
        "ready": _("Ready"),
        "fix": _("Fix"),
        "here": _("Already here"),
        "duplicate": _("Duplicate"),
        "added": _("Added"),
        "failed": _("Not added"),
    }


def _sheet(found: Import, *conditions: ColumnElement[bool]) -> Sheet:
    columns = [column for column in found.columns if column in FIELDS]
    query = (
        select(ImportRow.number, ImportRow.state, ImportRow.values, ImportRow.problems)
        .where(ImportRow.import_id == found.id, *conditions)
        .order_by(ImportRow.number)
    )
    words = state_words()
    rows = [
        [
            *(row.values.get(column, "") for column in columns),
            row.number,
            words[row.state],
            reasons(row.problems),
        ]
        for row in db.session.execute(query)
    ]
    header = [*(label(column) for column in columns), _("Row"), _("Result"), _("Reason")]
    return Sheet(_("People"), header, rows, [(_("File"), found.file_name)])


def reasons(problems: Iterable[dict[str, str]]) -> str:
    return " ".join(problem_words(problem) for problem in problems)
