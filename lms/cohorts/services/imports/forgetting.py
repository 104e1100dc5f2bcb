from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, delete, select, update

from lms.cohorts.models import Import, ImportRow
from lms.cohorts.services.imports.resuming import broken_off
from lms.extensions import db

KEPT = timedelta(days=30)


def forget_imports() -> None:
    """Delete what imports still hold of people after 30 days.

    Of one that nobody confirmed nothing stays; of others, how many rows were added and who they became.
    """
    old = select(Import.id).where(Import.uploaded_at < datetime.now(UTC) - KEPT)
    db.session.execute(
        delete(Import)
        .where(Import.id.in_(old), Import.confirmed_at.is_(None))
        .execution_options(synchronize_session=False)
    )
    _give_up(old)
    finished = old.where(Import.finished_at.is_not(None))
    db.session.execute(
        update(ImportRow)
        .where(ImportRow.import_id.in_(finished))
        .values(values={}, problems=[])
        .execution_options(synchronize_session=False)
    )


def _give_up(old: Select[int]) -> None:
    """End imports that broke off and that nobody tried again: their rows are no longer kept for that."""
    unfinished = select(Import).where(Import.id.in_(old), Import.finished_at.is_(None))
    left = broken_off(db.session.scalars(unfinished))
    db.session.execute(
        update(ImportRow)
        .where(ImportRow.import_id.in_(left), ImportRow.state == "ready")
        .values(state="failed")
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(Import)
        .where(Import.id.in_(left))
        .values(finished_at=datetime.now(UTC))
        .execution_options(synchronize_session=False)
    )
