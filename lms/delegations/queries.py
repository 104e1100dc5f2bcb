"""The delegation of one cohort, from a fixed number of statements however many people there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from lms.accounts.models import Person
from lms.certificates.models import Certificate
from lms.cohorts.models import Affiliation, Cohort, Enrolment
from lms.cohorts.queries import enrolments_of
from lms.courses.outline import Module
from lms.delegations import rules
from lms.errors import NotFound
from lms.extensions import db
from lms.notices.models import Message
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
    need: rules.Need | None
    certificate_number: str
    reminded_at: datetime | None

    def cells(self) -> list[tuple[Module, int, int, int]]:
        """List ``(module, done, total, shade)`` for the heatmap's row."""
        counted = ((module, self.progress.done_in(module), len(module.steps)) for module in self.progress.outline.modules)
        return [(module, done, total, rules.shade(done, total)) for module, done, total in counted]


def members_of(cohort: Cohort) -> list[Member]:
    """List everybody enrolled in a cohort that the caller was allowed to open."""
    enrolments = enrolments_of(cohort)
    ids = [enrolment.id for enrolment in enrolments]
    people = [enrolment.person_id for enrolment in enrolments]
    progress = progress_of_many((enrolment.id, enrolment.version_id) for enrolment in enrolments)
    seen, certificates = last_activity(ids), _certificates(ids)
    institutions, reminders = _institutions(people), _reminders(people)
    now = datetime.now(UTC)
    members = [
        Member(
            person=(person := enrolment.person),
            enrolment=enrolment,
            institution=institutions.get(person.id, ""),
            progress=progress[enrolment.id],
            last_done_at=seen.get(enrolment.id),
            need=rules.need(
                progress[enrolment.id], now=now, signed_in_at=person.signed_in_at,
                last_done_at=seen.get(enrolment.id), is_name_confirmed=person.name_confirmed_at is not None,
            ),
            certificate_number=certificates.get(enrolment.id, ""),
            reminded_at=reminders.get(person.id),
        )
        for enrolment in enrolments
    ]  # fmt: skip
    return sorted(members, key=lambda member: (member.person.name_latin or member.person.email).casefold())


def member_of(cohort: Cohort, person_id: int) -> list[Member]:
    """Return one person's courses in a cohort, else 404."""
    found = [member for member in members_of(cohort) if member.person.id == person_id]
    if not found:
        raise NotFound
    return found


def _certificates(enrolment_ids: list[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(Certificate.enrolment_id, Certificate.number)
        .where(Certificate.enrolment_id.in_(enrolment_ids), Certificate.revoked_at.is_(None))
        .order_by(Certificate.sequence)
    )
    return dict(rows.tuples().all())


def _institutions(person_ids: list[int]) -> dict[int, str]:
    found = db.session.scalars(select(Affiliation).where(Affiliation.person_id.in_(person_ids))).unique()
    return {affiliation.person_id: affiliation.institution.name for affiliation in found}


def _reminders(person_ids: list[int]) -> dict[int, datetime]:
    rows = db.session.execute(
        select(Message.person_id, Message.created_at)
        .where(Message.person_id.in_(person_ids), Message.kind == "reminder")
        .order_by(Message.created_at)
    )
    return {person_id: created_at for person_id, created_at in rows.tuples() if person_id is not None}
