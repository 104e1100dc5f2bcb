"""Mending what the check has found, before anybody is added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from lms.cohorts.models import Import, ImportRow
from lms.cohorts.services.imports.checking import check
from lms.cohorts.services.imports.fields import FIELDS, SPARE
from lms.cohorts.services.programmes import EditedMeanwhile
from lms.errors import Conflict, LmsError
from lms.extensions import db
from lms.lib.tables import LONGEST_CELL


class AlreadyConfirmed(Conflict):
    message = _l(
        "This import was confirmed already, so its rows no longer change. Upload the other rows as a new file."
    )


class RepairGone(Conflict):
    message = _l("This row has changed in the meantime. Open the page again to see what it needs.")


class CellTooLong(LmsError):
    status = 422
    message = _l("No value may have more than 1,000 characters. Go back and shorten it.")


def _require_open(found: Import) -> None:
    if found.confirmed_at is not None:
        raise AlreadyConfirmed


def change_row(found: Import, row: ImportRow, values: Mapping[str, str], *, seen: str) -> None:
    """Write other values into some columns of one row, and check again; ``values`` may hold other things, too.

    ``seen`` is the fingerprint of the row that the values were typed over.
    """
    _require_open(found)
    if seen != row.fingerprint:
        raise EditedMeanwhile
    written = {name: values[name].replace("\0", "").strip() for name in FIELDS if name in values}
    if any(len(text) > LONGEST_CELL for text in written.values()):
        raise CellTooLong
    kept = {**row.values, **written}
    kept.pop("extra", None)  # it was shown beside the form: what counted was moved to its column
    row.values = {name: text for name, text in kept.items() if text}
    check(found)


def repair_all(found: Import, row: ImportRow, place: int, *, is_for_all: bool, seen: str) -> int:
    """Apply a repair that the check has offered, to its row or to every row with the same problem; return how many.

    Args:
        found: the import.
        row: where the repair was offered.
        place: of the problem among those of the row.
        is_for_all: whether every row with this problem is repaired.
        seen: the fingerprint of the row beside which the repair stood.
    """
    _require_open(found)
    offered = row.problems[place] if 0 <= place < len(row.problems) else {}
    if "repair" not in offered or seen != row.fingerprint:
        raise RepairGone
    query = select(ImportRow.id, ImportRow.values, ImportRow.problems).where(
        ImportRow.import_id == found.id, ImportRow.state == "fix"
    )
    rows = db.session.execute(query if is_for_all else query.where(ImportRow.id == row.id))
    changed: list[dict[str, Any]] = [
        {"id": one.id, "values": _repaired(one.values, offered)}
        for one in rows
        if offered in one.problems
    ]
    if changed:
        db.session.execute(update(ImportRow), changed)
        db.session.expire_all()
        check(found)
    return len(changed)


def alike(found: Import) -> Counter[tuple[str, str, str]]:
    """Count how many rows have each problem that can be repaired, by field, value and repair."""
    query = select(ImportRow.problems).where(
        ImportRow.import_id == found.id, ImportRow.state == "fix"
    )
    return Counter(
        (one["field"], one["value"], one["repair"])
        for problems in db.session.scalars(query)
        for one in problems
        if "repair" in one
    )


def _repaired(values: dict[str, str], offered: Mapping[str, str]) -> dict[str, str]:
    """Replace a value; of several courses only the one that was wrong."""
    field, repair = offered["field"], offered["repair"]
    if field == "courses":
        parts = [part.strip() for part in values.get(field, "").replace(";", ",").split(",")]
        repair = ", ".join(part for part in parts if part and part.lower() != offered["value"])
    return {name: text for name, text in {**values, field: repair}.items() if text}


def match_columns(found: Import, chosen: Mapping[str, str]) -> None:
    """Give columns of the file other fields: ``chosen`` maps a column's present name to a field, or to nothing."""
    _require_open(found)
    names: dict[str, str] = {}
    taken: set[str] = set()
    for place, column in enumerate(found.columns, 1):
        field = chosen.get(column, column if column in FIELDS else "")
        is_free = field in FIELDS and field not in taken
        names[column] = field if is_free else f"{SPARE}{place}"
        taken.add(names[column])
    if all(before == after for before, after in names.items()):
        return
    found.columns = {names[column]: heading for column, heading in found.columns.items()}
    query = select(ImportRow.id, ImportRow.values).where(ImportRow.import_id == found.id)
    changed = [
        {"id": row.id, "values": {names.get(name, name): text for name, text in row.values.items()}}
        for row in db.session.execute(query)
    ]
    db.session.execute(update(ImportRow), changed)
    db.session.expire_all()
    check(found)
