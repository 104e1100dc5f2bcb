"""Adding the rows that are ready, a few hundred in each transaction, each exactly once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, update

from lms.accounts import services as accounts
from lms.accounts.models import Person, RoleGrant
from lms.audit import services as audit
from lms.cohorts import queries
from lms.cohorts.models import Affiliation, Cohort, Country, Import, ImportRow
from lms.cohorts.queries.imports import import_counts
from lms.cohorts.services.enrolment import enrol_many
from lms.cohorts.services.imports.editing import AlreadyConfirmed
from lms.cohorts.services.imports.judging import Wanted, judge
from lms.cohorts.services.imports.lookups import known_for
from lms.cohorts.services.imports.values import Problem, problem
from lms.cohorts.services.imports.words import fault_text
from lms.cohorts.services.invitations import invite
from lms.cohorts.services.places import Room
from lms.errors import Conflict
from lms.extensions import db
from lms.jobs.services import enqueue
from lms.notices import services as notices

AT_ONCE = 200  # rows in one transaction


def counts_of(found: Import) -> dict[str, int]:
    """Count the rows of an import by their state."""
    return import_counts([found.id])[found.id]


class NothingReady(Conflict):
    message = _l("No row is ready, so nobody can be added. Mend a row first.")


def confirm(found: Import) -> int:
    """Let a job add the rows that are ready; return how many. Of two at once, one is refused."""
    now = datetime.now(UTC)
    claimed = db.session.scalar(
        update(Import)
        .where(Import.id == found.id, Import.confirmed_at.is_(None))
        .values(confirmed_at=now)
        .returning(Import.id)
    )
    if claimed is None:
        raise AlreadyConfirmed
    ready = counts_of(found)["ready"]
    if not ready:
        raise NothingReady
    audit.record(
        "confirm_import", "import", found.id, country_code=found.cohort.country_code,
        cohort=found.cohort.slug, rows=ready,
    )  # fmt: skip
    enqueue("add_imported", due_at=now, import_id=found.id)
    return ready


def add_some(found: Import) -> bool:
    """Add the next rows in one transaction; tell whether there may be more. Safe to run twice.

    The rows are locked, and leave the state "ready" with what is added for them: whoever runs this at
    the same time, or again after a crash, finds only those that are left.
    """
    if found.confirmed_at is None or found.finished_at is not None:
        return False
    rows = _next_rows(found)
    if not rows:
        _finish(found)
        return False
    if not queries.still_coordinates(found.uploaded_by, found.cohort):
        _stop(found)
        return False
    _Adding(found, rows).run()
    return True


def _next_rows(found: Import) -> list[ImportRow]:
    query = (
        select(ImportRow)
        .where(ImportRow.import_id == found.id, ImportRow.state == "ready")
        .order_by(ImportRow.number)
        .limit(AT_ONCE)
        .with_for_update()
    )
    return list(db.session.scalars(query))


def _stop(found: Import) -> None:
    left = (ImportRow.import_id == found.id, ImportRow.state == "ready")
    stopped = {"state": "failed", "problems": [problem("", "stopped")]}
    db.session.execute(update(ImportRow).where(*left).values(stopped))
    found.fault = fault_text("stopped")
    _finish(found)


def _finish(found: Import) -> None:
    """Write down the end, once, and tell the uploader."""
    claimed = db.session.scalar(
        update(Import)
        .where(Import.id == found.id, Import.finished_at.is_(None))
        .values(finished_at=datetime.now(UTC))
        .returning(Import.id)
    )
    if claimed is None:
        return
    counts = counts_of(found)
    cohort = found.cohort
    audit.record(
        "import_people", "import", found.id, country_code=cohort.country_code,
        actor_id=found.uploaded_by_id, cohort=cohort.slug, counts=counts,
    )  # fmt: skip
    if found.uploaded_by.active:
        notices.send_import_finished(
            found.uploaded_by,
            file_name=found.file_name,
            cohort_title=cohort.title,
            added=counts["added"],
            failed=counts["failed"],
            page_path=f"/delegations/{cohort.country_code.lower()}/{cohort.slug}/import/{found.id}",
        )


@dataclass(frozen=True)
class _Newcomer:
    """Somebody who gets a place now."""

    row: ImportRow
    wanted: Wanted
    note: Problem


class _Adding:
    """The rows of one transaction: judged again, then added with a few statements for all of them."""

    def __init__(self, found: Import, rows: list[ImportRow]) -> None:
        self.found, self.rows = found, rows
        self.known = known_for(found, [row.values for row in rows])
        ids = [cohort.id for cohort in self.known.cohorts.values()]
        query = select(Cohort).where(Cohort.id.in_(ids)).order_by(Cohort.id)
        self.cohorts = {cohort.id: cohort for cohort in db.session.scalars(query)}
        self.rooms = {cohort_id: Room(cohort) for cohort_id, cohort in self.cohorts.items()}
        self.newcomers: list[_Newcomer] = []

    def run(self) -> None:
        verdicts = judge(((row.number, row.values) for row in self.rows), self.known)
        for row, verdict in zip(self.rows, verdicts, strict=True):
            if verdict.wanted is None:  # somebody joined, or something was changed since the check
                row.state = "failed" if verdict.state == "fix" else verdict.state
                row.problems = verdict.problems
            else:
                self._place(row, verdict.wanted, verdict.problems)
        self._add(self._people())

    def _place(self, row: ImportRow, wanted: Wanted, notes: list[Problem]) -> None:
        """Hold a seat for somebody; whom the uploader may not see is only invited, and joins by accepting."""
        room = self.rooms[wanted.cohort.id]
        if not room.has(wanted.email):
            row.state, row.problems = "failed", [problem("", "no_seat")]
            return
        room.take(wanted.email)
        if wanted.person and not wanted.person.is_visible:
            cohort = self.cohorts[wanted.cohort.id]
            invite(self.found.uploaded_by, cohort, wanted.email, wanted.language)
            row.state, row.problems = "added", [problem("", "invited")]
            return
        note = notes[0] if wanted.person and notes else problem("", "added")
        self.newcomers.append(_Newcomer(row, wanted, note))

    def _people(self) -> dict[str, int]:
        """Make the accounts that are missing, one for each address; return whose id each address has."""
        new = {one.wanted.email: one.wanted for one in self.newcomers if not one.wanted.person}
        codes = {wanted.cohort.country for wanted in new.values()}
        countries = db.session.scalars(select(Country).where(Country.code.in_(codes)))
        homes = {home.code: home for home in countries}
        made = accounts.create_people(
            self._facts(wanted, homes[wanted.cohort.country]) for wanted in new.values()
        )
        ids = {person.email: person.id for person in made}
        work = [
            {
                "person_id": ids[wanted.email],
                "institution_id": wanted.institution_id,
                "post": wanted.post,
            }
            for wanted in new.values()
            if wanted.institution_id
        ]
        if work:
            db.session.execute(insert(Affiliation), work)
        known = {email: person.id for email, person in self.known.people.items()}
        return {**known, **ids}

    def _facts(self, wanted: Wanted, home: Country) -> dict[str, Any]:
        return {
            "email": wanted.email,
            "country_code": home.code,
            "language": wanted.language,
            "time_zone": home.time_zone,
            "is_family_name_first": home.is_family_name_first,
            "gender": wanted.gender,
            "is_demo": self.found.cohort.programme.is_demo,
            "grants": [RoleGrant(role="learner", scope="self", granted_at=datetime.now(UTC))],
            **wanted.names,
        }

    def _add(self, ids: dict[str, int]) -> None:
        enrol_many(
            (ids[one.wanted.email], one.wanted.cohort.id, course_id)
            for one in self.newcomers
            for course_id in one.wanted.course_ids
        )
        told: dict[int, list[int]] = defaultdict(list)
        for one in self.newcomers:
            person_id = ids[one.wanted.email]
            one.row.state, one.row.person_id, one.row.problems = "added", person_id, [one.note]
            told[one.wanted.cohort.id].append(person_id)
        make_learners(one.wanted.person.id for one in self.newcomers if one.wanted.person)
        for cohort_id, person_ids in told.items():
            cohort = self.cohorts[cohort_id]
            audit.record_many(
                "enrol", "person", person_ids, actor_id=self.found.uploaded_by_id,
                country_code=cohort.country_code, cohort=cohort.slug, import_id=self.found.id,
            )  # fmt: skip
            enqueue(
                "write_to_imported",
                import_id=self.found.id,
                cohort_id=cohort_id,
                person_ids=person_ids,
            )


def make_learners(person_ids: Iterable[int]) -> None:
    """Give the learner's role to those who had an account without it, such as staff."""
    people = select(Person).where(
        Person.id.in_(list(person_ids)), ~Person.grants.any(role="learner")
    )
    for person in db.session.scalars(people).unique():
        accounts.grant_role(None, person, "learner", "self")


def write_to(found: Import, cohort: Cohort, person_ids: list[int]) -> None:
    """Tell people that they were added to a cohort."""
    uploader = found.uploaded_by
    people = select(Person).where(Person.id.in_(person_ids)).order_by(Person.id)
    for person in db.session.scalars(people).unique():
        notices.send_added_to_cohort(
            person,
            cohort_title=cohort.title,
            adder=uploader.name,
            adder_email=uploader.email,
        )
