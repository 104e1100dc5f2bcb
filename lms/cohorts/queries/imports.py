"""Imports of people, always through the cohort that the caller was allowed to open."""

from __future__ import annotations

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import joinedload

from lms.cohorts.models import Cohort, Import, ImportRow
from lms.errors import NotFound
from lms.extensions import db

STATES = ("fix", "here", "duplicate", "ready", "failed", "added")
"""In the order in which rows are shown: those to mend first."""


def imports_of(cohort: Cohort) -> list[Import]:
    """List what was uploaded for a cohort, the newest first."""
    query = (
        select(Import)
        .options(joinedload(Import.uploaded_by))
        .where(Import.cohort_id == cohort.id)
        .order_by(Import.id.desc())
    )
    return list(db.session.scalars(query).unique())


def import_of(cohort: Cohort, import_id: int, *, for_change: bool = False) -> Import:
    """Return one import of a cohort, else 404; ``for_change``: nobody else changes it meanwhile."""
    query = select(Import).where(Import.id == import_id, Import.cohort_id == cohort.id)
    if for_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def import_counts(import_ids: list[int]) -> dict[int, dict[str, int]]:
    """Count the rows of imports by their state."""
    query = (
        select(ImportRow.import_id, ImportRow.state, func.count())
        .where(ImportRow.import_id.in_(import_ids))
        .group_by(ImportRow.import_id, ImportRow.state)
    )
    counts: dict[int, dict[str, int]] = {one: dict.fromkeys(STATES, 0) for one in import_ids}
    for import_id, state, count in db.session.execute(query):
        counts[import_id][state] = count
    return counts


def import_rows(found: Import, state: str = "") -> Select[ImportRow]:
    """Select the rows of an import, those to mend first."""
    order = case({one: place for place, one in enumerate(STATES)}, value=ImportRow.state)
    query = select(ImportRow).where(ImportRow.import_id == found.id)
    query = query.where(ImportRow.state == state) if state else query
    return query.order_by(order, ImportRow.number)


def import_row(found: Import, number: int) -> ImportRow:
    """Return one row by its number in the file, else 404."""
    query = select(ImportRow).where(ImportRow.import_id == found.id, ImportRow.number == number)
    row = db.session.scalar(query)
    if row is None:
        raise NotFound
    return row
