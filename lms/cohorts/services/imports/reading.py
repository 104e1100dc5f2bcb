"""Taking a file in, and reading it into rows. What was uploaded is thrown away as soon as it was read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.cohorts.models import Cohort, Import, ImportRow
from lms.cohorts.services.imports.checking import check
from lms.cohorts.services.imports.fields import match
from lms.cohorts.services.imports.words import fault_text
from lms.errors import LmsError
from lms.extensions import db
from lms.jobs.services import enqueue
from lms.lib.tables import Row, Table, TableUnreadable, read_table

LARGEST_AT_ONCE_BYTES = 100_000  # what is read while the uploader waits: some hundred rows
MOST_ROWS_AT_ONCE = 200


class NotReadable(LmsError):
    """Only a file without anything in it is refused at once; other faults stand on the import's page."""

    status = 422
    message = _l("Choose a file that is not empty.")


def upload(uploader: Person, cohort: Cohort, name: str, content: bytes) -> Import:
    """Keep a file; small ones are read and checked at once, large ones by a job."""
    if not content.strip():
        raise NotReadable
    found = Import(
        cohort_id=cohort.id,
        uploaded_by_id=uploader.id,
        uploaded_at=datetime.now(UTC),
        file_name=name[-200:],
        content=content,
    )
    db.session.add(found)
    db.session.flush()
    audit.record(
        "upload_people",
        "import",
        found.id,
        country_code=cohort.country_code,
        cohort=cohort.slug,
        bytes=len(content),
    )
    if len(content) > LARGEST_AT_ONCE_BYTES or not read(found, most_rows=MOST_ROWS_AT_ONCE):
        enqueue("read_import", import_id=found.id)
    return found


def read(found: Import, *, most_rows: int | None = None) -> bool:
    """Read and check a file; tell whether that was done. Not with more rows than ``most_rows``, and not twice."""
    if found.content is None:
        return True
    try:
        table = read_table(found.content)
    except TableUnreadable as error:
        places = {"row": error.row, "byte": error.byte}
        _end_with(found, fault_text(error.fault, **places))
        return True
    columns = match(table.header.cells)
    if "email" not in columns or not table.rows:
        _end_with(found, fault_text("no_rows" if not table.rows else "no_email"))
        return True
    if most_rows is not None and len(table.rows) > most_rows:
        return False
    _keep(found, table, columns)
    check(found)
    return True


def _end_with(found: Import, fault: str) -> None:
    found.fault = fault
    found.content = None
    found.checked_at = datetime.now(UTC)


def _keep(found: Import, table: Table, columns: dict[str, str]) -> None:
    found.columns, found.content = columns, None
    found.encoding, found.separator = table.encoding, table.separator
    names = list(columns)
    rows = [
        {
            "import_id": found.id,
            "number": row.number,
            "state": "fix",
            "values": dict(_values(row, names)),
            "problems": [],
        }
        for row in table.rows
    ]
    db.session.flush()
    db.session.execute(insert(ImportRow), rows)


def _values(row: Row, names: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the filled cells by column; whatever stands right of the last heading is ``extra``."""
    for name, cell in zip(names, row.cells, strict=False):
        if cell.strip():
            yield name, cell.strip()
    extra = " ".join(cell.strip() for cell in row.cells[len(names) :]).strip()
    if extra:
        yield "extra", extra
