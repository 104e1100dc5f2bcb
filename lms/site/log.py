"""Rows of the log as lines to read, and as files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from lms.audit.models import AuditEvent
from lms.audit.rules import SEALED, changes_in, impersonal
from lms.lib.sheets import Sheet, as_csv, as_xlsx
from lms.site.words import DETAIL_NAMES
from lms.web.files import FORMATS as SHEET_FORMATS

COLUMNS = ("id", *SEALED, "previous_hash", "hash")
FORMATS = {
    "csv": ("CSV", SHEET_FORMATS["csv"][1]),
    "xlsx": ("XLSX", SHEET_FORMATS["xlsx"][1]),
    "jsonl": ("JSON", "application/jsonl"),
}
"""What each file is called on its button, and its media type."""
SHOWN_APART = {
    "scope",
    "role",
    "of",
    "cohort",
    "quiz",
}  # the page says these in a sentence of its own

Line = tuple[str, str]


def lines_of(event: AuditEvent, values: Mapping[str, Any]) -> tuple[list[Line], list[Line]]:
    """Return what a row tells: what was changed, and what else is known, each with its name."""
    changes, rest = changes_in(impersonal(event.action, event.details))
    personal, others = changes_in(values)
    changed = [
        (
            _named(one.name),
            _("%(before)s → %(after)s", before=_said(one.before), after=_said(one.after)),
        )
        for one in (*changes, *personal)
    ]
    told = {**rest, **others}
    return changed, [
        (_named(name), _said(value)) for name, value in told.items() if name not in SHOWN_APART
    ]


def _named(name: str) -> str:
    return str(DETAIL_NAMES.get(name, name))


def _said(value: Any) -> str:
    if value is None or value == "":
        return _("nothing")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def as_file(events: Iterable[AuditEvent], file_format: str) -> tuple[bytes, int]:
    """Write rows of the log, people by number, and count them. Only JSON lines keep each value's type."""
    rows = [_row(event) for event in events]
    if file_format == "jsonl":
        lines = (
            json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) for row in rows
        )
        return "".join(f"{line}\n" for line in lines).encode(), len(rows)
    as_text = [[_cell(value) for value in row] for row in rows]
    sheet = Sheet(_("Audit log"), COLUMNS, as_text)
    return (as_csv if file_format == "csv" else as_xlsx)(sheet), len(rows)


def _row(event: AuditEvent) -> list[Any]:
    row = {name: getattr(event, name) for name in COLUMNS}
    row["at"] = event.at.isoformat()
    hidden = (
        event.details.keys() - {"personal_hash"} - impersonal(event.action, event.details).keys()
    )
    row["details"] = {name: value for name, value in event.details.items() if name not in hidden}
    return list(row.values())


def _cell(value: Any) -> str | int | None:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return value  # type: ignore[no-any-return]
