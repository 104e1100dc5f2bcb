from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update

from lms.cohorts.models import Import, ImportRow
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
    finished = old.where(Import.finished_at.is_not(None))
    db.session.execute(
        update(ImportRow)
        .where(ImportRow.import_id.in_(finished))
        .values(values={}, problems=[])
        .execution_options(synchronize_session=False)
    )
