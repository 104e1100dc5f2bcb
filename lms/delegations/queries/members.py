"""One person of a cohort, once for each course."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.accounts.models import Person
from lms.certificates.models import Certificate
from lms.certificates.rules import Kind
from lms.cohorts.models import Affiliation, Cohort, Enrolment
from lms.delegations import rules
from lms.errors import NotFound
from lms.extensions import db
from lms.notices.models import Message
from lms.progress.models import Completion
from lms.progress.queries import last_activity, progress_of_many
from lms.progress.rules import Progress


@dataclass(frozen=True)
class Member:
    """One learner in one course, as the coordinator sees it: never answers, only how far."""

    person: Person
    enrolment: Enrolment
    institution: str
    progress: Progress
    last_done_at: datetime | None
    completed_at: datetime | None
    need: rules.Need | None
    certificate_number: str
    certified_at: datetime | None
    reminded_at: datetime | None
    seen_days: int | None  # since the last sign-in or step; None: never signed in
    is_quiet: bool  # was reminded lately

    @property
    def name(self) -> str:
        """The name to sort and show by: delegations are read by people of many scripts."""
        return self.person.name_latin or self.person.name

    @property
    def may_be_reminded(self) -> bool:
        has_left = self.enrolment.withdrawn_at is not None
        return not (
            has_left or not self.person.active or self.progress.is_complete or self.is_quiet
        )


def member_of(cohort: Cohort, person_id: int, *, also_withdrawn: bool = False) -> list[Member]:
    """Return one person's courses in a cohort, else 404.

    Args:
        cohort: of the coordinator.
        person_id: of whoever is in it.
        also_withdrawn: to look at who was withdrawn from every course; there is nothing to change then.
    """
    query = (
        select(Enrolment)
        .options(joinedload(Enrolment.person), joinedload(Enrolment.course))
        .where(
            Enrolment.cohort_id == cohort.id,
            Enrolment.person_id == person_id,
        )
    )
    every = list(db.session.scalars(query).unique())
    kept = [enrolment for enrolment in every if enrolment.withdrawn_at is None]
    own = kept or (every if also_withdrawn else [])
    if not own:
        raise NotFound
    return _members(cohort, own)


@dataclass(frozen=True)
class _Facts:
    """What is known about all courses of one person at once, by the ids of enrolments and people."""

    progress: dict[int, Progress]
    last_done: dict[int, datetime]
    completed: dict[int, datetime]
    certificates: dict[int, tuple[str, datetime]]
    institutions: dict[int, str]
    reminders: dict[int, datetime]
    moved_at: datetime  # when something last happened in any of the courses

    @property
    def last_done_at(self) -> datetime | None:
        """When anything was done, in whichever course."""
        return max(self.last_done.values(), default=None)


def _members(cohort: Cohort, enrolments: list[Enrolment]) -> list[Member]:
    ids = [enrolment.id for enrolment in enrolments]
    people = [enrolment.person_id for enrolment in enrolments]
    last_done = last_activity(ids)
    facts = _Facts(
        progress=progress_of_many((one.id, one.version_id) for one in enrolments),
        last_done=last_done,
        completed=_completed(ids),
        certificates=_certificates(ids),
        institutions=_institutions(people),
        reminders=_reminders(people),
        moved_at=max(last_done.get(one.id, one.enrolled_at) for one in enrolments),
    )
    now = datetime.now(UTC)
    members = [_member(cohort, enrolment, facts, now) for enrolment in enrolments]
    return sorted(members, key=lambda member: (member.name.casefold(), member.enrolment.id))


def _member(cohort: Cohort, enrolment: Enrolment, facts: _Facts, now: datetime) -> Member:
    person, progress = enrolment.person, facts.progress[enrolment.id]
    reminded_at = facts.reminders.get(person.id)
    number, certified_at = facts.certificates.get(enrolment.id, ("", None))
    need = rules.need(
        progress,
        now=now,
        signed_in_at=person.signed_in_at,
        moved_at=facts.moved_at,
        has_begun=facts.last_done_at is not None,
        is_name_confirmed=person.name_confirmed_at is not None,
        is_over=cohort.is_over(now),
    )
    return Member(
        person=person,
        enrolment=enrolment,
        institution=facts.institutions.get(person.id, ""),
        progress=progress,
        last_done_at=facts.last_done.get(enrolment.id),
        completed_at=facts.completed.get(enrolment.id),
        need=need,
        certificate_number=number,
        certified_at=certified_at,
        reminded_at=reminded_at,
        seen_days=_seen_days(person, facts.last_done_at, cohort, now),
        is_quiet=rules.is_quiet(reminded_at, now),
    )


def _seen_days(
    person: Person, done_at: datetime | None, cohort: Cohort, now: datetime
) -> int | None:
    if person.signed_in_at is None:
        return None
    last = max(person.signed_in_at, done_at or person.signed_in_at)
    return rules.days_ago(last, cohort.time_zone, now)


def _certificates(enrolment_ids: list[int]) -> dict[int, tuple[str, datetime]]:
    rows = db.session.execute(
        select(Certificate.enrolment_id, Certificate.number, Certificate.issued_at)
        .where(
            Certificate.enrolment_id.in_(enrolment_ids),
            Certificate.kind == Kind.COMPLETION,
            Certificate.is_current(),
        )
        .order_by(Certificate.sequence)
    )
    return {
        enrolment_id: (number, issued_at)
        for enrolment_id, number, issued_at in rows
        if enrolment_id
    }


def _completed(enrolment_ids: list[int]) -> dict[int, datetime]:
    rows = db.session.execute(
        select(Completion.enrolment_id, Completion.completed_at).where(
            Completion.enrolment_id.in_(enrolment_ids)
        )
    )
    return dict(rows.all())


def _institutions(person_ids: list[int]) -> dict[int, str]:
    query = select(Affiliation).where(Affiliation.person_id.in_(person_ids))
    found = db.session.scalars(query).unique()
    return {affiliation.person_id: affiliation.institution.name for affiliation in found}


def _reminders(person_ids: list[int]) -> dict[int, datetime]:
    rows = db.session.execute(
        select(Message.person_id, func.max(Message.created_at))
        .where(Message.person_id.in_(person_ids), Message.kind == "reminder")
        .group_by(Message.person_id)
    )
    return {person_id: created_at for person_id, created_at in rows if person_id is not None}


def reminded_at(person: Person) -> datetime | None:
    """Return when somebody was last reminded, by whichever coordinator."""
    return _reminders([person.id]).get(person.id)
