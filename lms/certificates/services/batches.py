"""Issuing to many: a batch is asked for, then issued row by row by jobs. Nothing here commits."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from lms.accounts.models import Person
from lms.accounts.services import approvals
from lms.audit import services as audit
from lms.certificates import queries
from lms.certificates.models import Batch, BatchRow
from lms.certificates.queries import Occasion
from lms.certificates.rules import CONFIRMED_FOR, Choices, Kind, Restated
from lms.certificates.services.issuing import AlreadyIssued, NotEligible, issue_certificate
from lms.errors import Conflict, LmsError
from lms.extensions import db, insert_once
from lms.jobs import services as jobs
from lms.notices import services as notices
from lms.quizzes.services.oneself import refuse_own

SECOND_OFFICER_ABOVE = 50
"""Certificates in one batch; more of them go out only when another officer agrees."""

SOONEST, LATEST = timedelta(seconds=10), timedelta(minutes=1)
"""Between two looks whether a batch is done."""


class AskedTooLongAgo(Conflict):
    message = _l(
        "This batch was asked for more than 30 days ago, so its date and signatory may be wrong by now."
        " Choose whoever is left once more under Certificates to issue."
    )


class NobodyChosen(LmsError):
    status = 422
    message = _l("Choose at least one person.")


def ask_for_batch(
    officer: Person, occasions: Sequence[Occasion], choices: Choices, key: str
) -> Batch:
    """Note what is to be issued, and start it unless a second officer has to agree.

    Args:
        officer: who issues, and may for each of the occasions.
        occasions: to whom, and for what.
        choices: alike for all.
        key: of the form, so that the same form sent twice is the same batch; without one it is a new batch.

    Raises:
        AboutOneself: one would be the officer's own.
    """
    now = datetime.now(UTC)
    if not occasions:
        raise NobodyChosen
    for one in occasions:
        refuse_own(officer, one.person.id)
    audit.begin_row()
    sealed = hashlib.sha256(f"{officer.id}:{key or secrets.token_hex()}".encode()).hexdigest()
    is_new = insert_once(
        Batch, key=sealed, kind=choices.kind, layout=choices.layout,
        second_language=choices.second_language, signatory_id=choices.signatory_id,
        asked_by_id=officer.id, asked_at=now, restated=_restated(occasions, choices, now),
    )  # fmt: skip
    batch = db.session.scalars(select(Batch).where(Batch.key == sealed)).one()
    if is_new:
        _fill(batch, occasions)
        _start_or_ask(officer, batch, sorted({one.cohort.country_code for one in occasions}))
    return batch


def _restated(
    occasions: Sequence[Occasion], choices: Choices, now: datetime
) -> dict[str, dict[str, str]]:
    """Keep what the page before has said of each cohort: another officer may agree days later."""
    cohorts = {one.cohort.id: one.cohort for one in occasions}.values()
    said = {one.id: queries.restated_on(one, one.day_at(now), choices) for one in cohorts}
    return {
        str(key): {**asdict(one), "issued_on": one.issued_on.isoformat()}
        for key, one in said.items()
    }


def _fill(batch: Batch, occasions: Sequence[Occasion]) -> None:
    db.session.add_all(
        BatchRow(
            batch_id=batch.id, occasion=one.key, person_id=one.person.id,
            country_code=one.cohort.country_code, state="waiting", fault="",
        )
        for one in occasions
    )  # fmt: skip
    db.session.flush()


def _start_or_ask(officer: Person, batch: Batch, countries: list[str]) -> None:
    count = queries.batch_counts([batch.id])[batch.id].total
    country = countries[0] if len(countries) == 1 else ""
    audit.record("ask_batch", "batch", batch.id, country_code=country, kind=batch.kind, rows=count)
    if count <= SECOND_OFFICER_ABOVE:
        start_batch(batch)
        return
    asked = {"batch_id": batch.id, "countries": countries}
    batch.approval_id = approvals.ask(officer, "issue_certificates", asked, country, "").id


def start_batch(batch: Batch) -> None:
    """Leave each row to a job of its own. Safe to call twice.

    Raises:
        AskedTooLongAgo: what was confirmed then may be wrong by now.
    """
    now = datetime.now(UTC)
    if _is_old(batch, now):
        raise AskedTooLongAgo
    started = db.session.scalar(
        update(Batch)
        .where(Batch.id == batch.id, Batch.started_at.is_(None))
        .values(started_at=now)
        .returning(Batch.id)
        .execution_options(synchronize_session=False)
    )
    if started is None:
        return
    db.session.refresh(batch, ["started_at"])
    _look_later(batch)
    ids = select(BatchRow.id).where(BatchRow.batch_id == batch.id).order_by(BatchRow.id)
    _enqueue(list(db.session.scalars(ids)))


def _enqueue(row_ids: list[int]) -> None:
    now = datetime.now(UTC)  # the same for all, so that PDFs are drawn after the last is issued
    for row_id in row_ids:
        jobs.enqueue("issue_row", due_at=now, row_id=row_id)


def issue_row(row_id: int) -> None:
    """Issue what one row asks for, in the transaction that also notes it in the row. Safe to run twice."""
    audit.begin_row()
    row = db.session.get_one(BatchRow, row_id, with_for_update=True)
    if row.state != "waiting":
        return
    batch, occasion = db.session.get_one(Batch, row.batch_id), queries.occasion_of(row.occasion)
    officer = db.session.get_one(Person, batch.asked_by_id)
    if not officer.active or not officer.holds("officer", "country", row.country_code):
        row.state, row.fault = "failed", "officer"
        return
    choices = _choices(batch, occasion)
    if fault := _fault_of_date(batch, occasion, choices):
        row.state, row.fault = "failed", fault
        return
    try:
        certificate = issue_certificate(officer, occasion, choices, batch_id=batch.id)
    except AlreadyIssued:
        row.state = "had_one"
    except NotEligible:
        row.state, row.fault = "failed", _missing(occasion, choices)
    else:
        row.state, row.certificate_id = "issued", certificate.id


def tell_batch(batch_id: int) -> None:
    """Tell whoever asked for a batch that it is done, once; until then look again later.

    A look finds also what no job can tell: that a job was given up, perhaps with its worker.
    """
    # Whoever tries it again waits, or is seen; who issues its rows does not wait.
    batch = db.session.get_one(Batch, batch_id, with_for_update={"key_share": True})
    counts = queries.batch_counts([batch.id])[batch.id]
    if counts.left:
        _look_later(batch)
        return
    told = db.session.scalar(
        update(Batch)
        .where(Batch.id == batch.id, Batch.told_at.is_(None))
        .values(told_at=datetime.now(UTC))
        .returning(Batch.id)
        .execution_options(synchronize_session=False)
    )
    if told is not None:
        notices.send_batch_done(
            batch.asked_by,
            issued=counts.issued,
            had_one=counts.shown["had_one"],
            failed=counts.shown["failed"],
            page_path=f"/certificates/batches/{batch.id}",
        )


def _look_later(batch: Batch) -> None:
    """Look into a batch again: often in the beginning, then in tenths of the time that it takes already."""
    now = datetime.now(UTC)
    since = now - (batch.started_at or now)
    jobs.enqueue(
        "tell_batch", due_at=now + min(max(since / 10, SOONEST), LATEST), batch_id=batch.id
    )


def _choices(batch: Batch, occasion: Occasion) -> Choices:
    """Return what was chosen, with what was said of the cohort; batches of before kept only the moment."""
    chosen = Choices(Kind(batch.kind), batch.layout, batch.second_language, batch.signatory_id)
    said = batch.restated.get(str(occasion.cohort.id))
    if said is None:
        day = occasion.cohort.day_at(batch.asked_at)
        return replace(chosen, confirmed=queries.restated_on(occasion.cohort, day, chosen))
    day = date.fromisoformat(said["issued_on"])
    signatory = {name: text for name, text in said.items() if name != "issued_on"}
    return replace(chosen, confirmed=Restated(day, **signatory))


def _fault_of_date(batch: Batch, occasion: Occasion, choices: Choices) -> str:
    """Say why the confirmed date may not be printed any more; the page has words for it."""
    earned_at = queries.earned_at(occasion, choices.kind)
    confirmed = choices.confirmed
    if confirmed and earned_at and occasion.cohort.day_at(earned_at) > confirmed.issued_on:
        return "earned_later"
    return "old" if _is_old(batch, datetime.now(UTC)) else ""


def _is_old(batch: Batch, now: datetime) -> bool:
    return now > batch.asked_at + CONFIRMED_FOR


def _missing(occasion: Occasion, choices: Choices) -> str:
    """Return what a certificate waits for first; the page has words for it."""
    missing = queries.eligibility_of(occasion, choices=choices).missing
    return missing[0].clause.value if missing else ""


def retry_batch(batch: Batch) -> int:
    """Try again what failed, and only that; return how much it was. Of two at once, one does it.

    Raises:
        AskedTooLongAgo: what was confirmed then may be wrong by now.
    """
    audit.begin_row()
    if _is_old(batch, datetime.now(UTC)):
        raise AskedTooLongAgo
    # Who tells of it has done so, or waits.
    db.session.refresh(batch, with_for_update={"key_share": True})
    failed = db.session.scalars(
        update(BatchRow)
        .where(BatchRow.batch_id == batch.id, BatchRow.state == "failed")
        .values(state="waiting", fault="")
        .returning(BatchRow.id)
        .execution_options(synchronize_session=False)
    )
    rows = sorted(failed)
    _enqueue(rows)
    count = len(rows) + jobs.revive(queries.broken_off(batch))
    if count:
        batch.told_at = None
        if {"batch_id": batch.id} not in jobs.still_to_do("tell_batch"):
            _look_later(batch)
        audit.record("retry_batch", "batch", batch.id, rows=count)
    return count
