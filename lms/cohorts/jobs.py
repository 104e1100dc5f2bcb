from __future__ import annotations

from datetime import UTC, datetime

from lms.cohorts import queries, services
from lms.cohorts.models import Cohort, Import
from lms.cohorts.services import imports
from lms.extensions import db
from lms.jobs.services import enqueue


def read_import(import_id: int) -> None:
    """Read and check a large file. Safe to run twice: what was read is gone from the import."""
    found = db.session.get(Import, import_id)
    if found is not None:  # its cohort may be gone
        imports.read(found)


def add_imported(import_id: int) -> None:
    """Add the next rows of a confirmed import, and leave the others to a next job.

    Each few hundred rows commit together with the note that more are to come: a worker that is killed loses nothing,
    and adds nobody twice. Due since the confirmation, so before the e-mails that it causes.
    """
    found = db.session.get(Import, import_id)
    if found is not None and imports.add_some(found):
        enqueue("add_imported", due_at=found.confirmed_at, import_id=import_id)


def write_to_imported(import_id: int, cohort_id: int, person_ids: list[int]) -> None:
    """Write to those who were added together; apart from the adding, which this would make three times as long."""
    found, cohort = db.session.get(Import, import_id), db.session.get(Cohort, cohort_id)
    if found is not None and cohort is not None:
        imports.write_to(found, cohort, person_ids)


def let_expired_go() -> None:
    """Look for cohorts in which invitations have expired, and let their places go on, each for itself."""
    for cohort in queries.cohorts_with_expired():
        enqueue("let_expired_go_in", cohort_id=cohort.id)


def let_expired_go_in(cohort_id: int) -> None:
    """Give on the places of a cohort's expired invitations. Safe to run twice: each is let go once."""
    cohort = db.session.get(Cohort, cohort_id)
    if cohort is not None:
        services.let_expired_go(cohort)


def show_new_names() -> None:
    services.show_new_names(datetime.now(UTC).date())


def forget_imports() -> None:
    imports.forget_imports()
