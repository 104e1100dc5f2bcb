"""Batches of certificates: who may see them, and how far they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import aliased, lazyload

from lms.accounts.models import Person
from lms.certificates import rules
from lms.certificates.models import Batch, BatchRow, Certificate, CertificateFile
from lms.cohorts.models import Cohort
from lms.errors import NotFound
from lms.extensions import db
from lms.jobs.models import Job
from lms.jobs.services import given_up
from lms.notices.models import Message


def batches_for(officer: Person) -> Select[Batch]:
    """Select the batches with nobody in them but of the officer's countries, the newest first."""
    countries = officer.objects_of("officer", "country")
    query = select(Batch).order_by(Batch.id.desc())
    if "*" in countries:
        return query
    foreign = select(BatchRow.id).where(
        BatchRow.batch_id == Batch.id, BatchRow.country_code.not_in(countries)
    )
    return query.where(~foreign.exists())


def batch_of(officer: Person, batch_id: int) -> Batch:
    """Return one batch of the officer's countries, else 404."""
    batch = db.session.scalar(batches_for(officer).where(Batch.id == batch_id))
    if batch is None:
        raise NotFound
    return batch


@dataclass
class Counts:
    """How far a batch is."""

    shown: Counter[str] = field(default_factory=Counter)  # rows by what the page says of them
    issued: int = 0
    mailed: int = 0  # of those issued: the e-mail went out

    @property
    def total(self) -> int:
        return self.shown.total()

    @property
    def left(self) -> int:
        """Count what is still worked at."""
        return self.shown["waiting"] + self.shown["drawing"]


def batch_counts(batch_ids: Iterable[int]) -> dict[int, Counts]:
    """Count the rows of batches by what is shown of them."""
    shown = _shown()
    query = (
        select(
            BatchRow.batch_id, shown, func.count(), func.count(BatchRow.certificate_id),
            func.count().filter(_is_told()),
        )
        .outerjoin(CertificateFile, CertificateFile.certificate_id == BatchRow.certificate_id)
        .outerjoin(Certificate, Certificate.id == BatchRow.certificate_id)
        .where(BatchRow.batch_id.in_(wanted := list(batch_ids)))
        .group_by(BatchRow.batch_id, shown)
    )  # fmt: skip
    found = {batch_id: Counts() for batch_id in wanted}
    for batch_id, state, rows, issued, mailed in db.session.execute(query):
        counts = found[batch_id]
        counts.shown[state] = rows
        counts.issued += issued
        counts.mailed += mailed
    return found


def rows_of(batch: Batch) -> Any:
    """Select each row with what is shown of it, whom it is for, its certificate, and whether the e-mail went out.

    What failed comes first, then what is still worked at. Whoever had a certificate already is shown with that one.
    """
    had = aliased(Certificate)
    newest = (
        select(func.max(had.id))
        .where(had.occasion == BatchRow.occasion, had.kind == batch.kind, had.is_current())
        .scalar_subquery()
    )
    shown = _shown()
    order = case({"failed": 0, "waiting": 2, "drawing": 1}, value=shown, else_=3)
    return (
        select(BatchRow, shown, Person, Certificate, _is_told())
        .join(Person, Person.id == BatchRow.person_id)
        .outerjoin(
            Certificate,
            Certificate.id
            == case((BatchRow.state == "had_one", newest), else_=BatchRow.certificate_id),
        )
        .outerjoin(CertificateFile, CertificateFile.certificate_id == BatchRow.certificate_id)
        .where(BatchRow.batch_id == batch.id)
        .order_by(order, BatchRow.id)
        .options(lazyload(Person.grants))
    )


def _shown() -> ColumnElement[str]:
    """Say of a row: failed (also when its job was given up), waiting, drawing, done or had_one."""
    has_broken_off = BatchRow.id.in_(_given_up("issue_row", "row_id")) | (
        CertificateFile.certificate_id.is_(None)
        & BatchRow.certificate_id.in_(_given_up("draw_certificate", "certificate_id"))
    )
    return case(
        (BatchRow.state == "had_one", "had_one"),
        ((BatchRow.state == "failed") | has_broken_off, "failed"),
        (CertificateFile.certificate_id.is_not(None), "done"),
        (BatchRow.state == "issued", "drawing"),
        else_="waiting",
    )


def _given_up(handler: str, argument: str) -> list[int]:
    return [job.arguments[argument] for job in given_up(handler)]


def _is_told() -> ColumnElement[bool]:
    """Tell whether the e-mail about a row's certificate went out."""
    return (
        select(Message.id)
        .where(
            Message.person_id == BatchRow.person_id,
            Message.kind == "certificate_issued",
            Message.sent_at.is_not(None),
            Message.body.contains(Certificate.number),
        )
        .exists()
    )


def broken_off(batch: Batch) -> list[Job]:
    """List the jobs of a batch that failed once too often: of issuing, and of drawing what was issued."""
    query = select(BatchRow.id, BatchRow.certificate_id).where(BatchRow.batch_id == batch.id)
    rows = dict(db.session.execute(query).all())
    issued = set(rows.values())
    return [job for job in given_up("issue_row") if job.arguments["row_id"] in rows] + [
        job for job in given_up("draw_certificate") if job.arguments["certificate_id"] in issued
    ]


def is_in(batch_id: int, person: Person) -> bool:
    """Tell whether a batch has a certificate for somebody."""
    query = select(BatchRow.id).where(
        BatchRow.batch_id == batch_id, BatchRow.person_id == person.id
    )
    return db.session.scalar(query.limit(1)) is not None


def certificates_in(batch: Batch) -> Select[Certificate]:
    """Select what a batch has issued."""
    return select(Certificate).where(Certificate.batch_id == batch.id)


def certificates_of_cohort(cohort: Cohort) -> Select[Certificate]:
    """Select what was earned in a cohort that the caller may see."""
    return select(Certificate).where(Certificate.cohort_id == cohort.id)


def held_among(keys: Iterable[str], kind: str) -> set[str]:
    """Return those of many occasions that have a certificate of a kind, and are not due another."""
    now = datetime.now(UTC)
    query = select(Certificate.occasion, Certificate.expires_at).where(
        Certificate.occasion.in_(list(keys)), Certificate.kind == kind, Certificate.is_current()
    )
    found = db.session.execute(query)
    return {key for key, expires_at in found if not rules.is_renewable(expires_at, now)}
