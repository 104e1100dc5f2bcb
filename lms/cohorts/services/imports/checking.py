from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from lms.cohorts.models import Import, ImportRow
from lms.cohorts.services.imports.judging import judge
from lms.cohorts.services.imports.lookups import known_for
from lms.extensions import db


def check(found: Import) -> None:
    """Judge every row anew against what is here now; adds nobody.

    All rows each time: an edited address may free or take the place of another row, and people join meanwhile.
    """
    db.session.flush()
    query = select(
        ImportRow.id, ImportRow.number, ImportRow.values, ImportRow.state, ImportRow.problems
    )
    rows = db.session.execute(
        query.where(ImportRow.import_id == found.id).order_by(ImportRow.number)
    ).all()
    known = known_for(found, [row.values for row in rows])
    verdicts = judge(((row.number, row.values) for row in rows), known)
    changed: list[dict[str, Any]] = [
        {"id": row.id, "state": verdict.state, "problems": verdict.problems}
        for row, verdict in zip(rows, verdicts, strict=True)
        if (row.state, row.problems) != (verdict.state, verdict.problems)
    ]
    if changed:
        db.session.execute(update(ImportRow), changed)
        db.session.expire_all()
    found.checked_at = datetime.now(UTC)
