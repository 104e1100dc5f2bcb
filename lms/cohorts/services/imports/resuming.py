"""An import whose job was given up: known by nobody's being at it any more, and begun again at a press."""

from __future__ import annotations

from collections.abc import Iterable

from lms.audit import services as audit
from lms.cohorts.models import Import
from lms.jobs.services import enqueue, still_to_do


def broken_off(found: Iterable[Import]) -> set[int]:
    """Return the ids of those imports that are not done, though no job is at them or will be.

    Each step of an import commits together with the job of the next one, so there is no moment between two jobs.
    """
    begun = {one.id: job for one in found if (job := _job_of(one))}
    at_work = {
        (job, arguments["import_id"])
        for job in set(begun.values())
        for arguments in still_to_do(job)
    }
    return {id_ for id_, job in begun.items() if (job, id_) not in at_work}


def _job_of(found: Import) -> str:
    """Name the job that an import waits for; empty where it waits for people, or for nothing."""
    if found.checked_at is None:
        return "read_import"
    return "add_imported" if found.confirmed_at and not found.finished_at else ""


def try_again(found: Import) -> None:
    """Let a new job do what is left; does nothing where one is at it, so pressing twice is no harm.

    Whoever calls has locked the import.
    """
    if not broken_off([found]):
        return
    audit.record(
        "retry_import", "import", found.id, country_code=found.cohort.country_code,
        cohort=found.cohort.slug,
    )  # fmt: skip
    enqueue(_job_of(found), due_at=found.confirmed_at, import_id=found.id)
