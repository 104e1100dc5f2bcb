"""A whole delegation: its counts, who needs something, and the heatmap's rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from sqlalchemy import func, select

from lms.cohorts.models import Cohort, Enrolment, Invitation
from lms.cohorts.queries import courses_of, open_invitations
from lms.courses.models import CourseVersion
from lms.courses.outline import Outline
from lms.delegations import rules
from lms.delegations.queries.members import Member, members_of
from lms.extensions import db


@dataclass(frozen=True)
class CourseGroup:
    """Those of a delegation who take one version of a course: the rows of one heatmap."""

    outline: Outline
    number: int  # of the version
    members: list[Member]


@dataclass(frozen=True)
class Delegation:
    """Everybody in one cohort."""

    members: list[Member]
    invitations: list[Invitation]
    courses: list[CourseGroup]
    closes_at: datetime | None  # the last of its courses

    @cached_property
    def counts(self) -> Counter[str]:
        """Count people, not places: one in two courses is one."""
        by_person: dict[int, list[Member]] = {}
        for member in self.members:
            by_person.setdefault(member.person.id, []).append(member)
        counts = Counter(_standing(places) for places in by_person.values())
        counts["people"] = len(by_person)
        counts["signed_in"] = counts["people"] - counts["not_signed_in"]
        counts["institutions"] = len({one.institution for one in self.members if one.institution})
        counts["certified"] = sum(bool(one.certificate_number) for one in self.members)
        return counts

    @cached_property
    def needing(self) -> list[Member]:
        """List who needs a word, the most urgent first, each person once."""
        urgency = {need: place for place, need in enumerate(rules.Need)}
        needy = [(urgency[one.need], one) for one in self.members if one.need is not None]
        needy.sort(key=lambda pair: (pair[0], -(pair[1].seen_days or 0)))
        by_person: dict[int, Member] = {}
        for _urgency, member in needy:
            by_person.setdefault(member.person.id, member)
        return list(by_person.values())

    @property
    def finished(self) -> list[Member]:
        return [member for member in self.members if member.progress.is_complete]

    @property
    def expired(self) -> list[Invitation]:
        now = datetime.now(UTC)
        return [invitation for invitation in self.invitations if invitation.expires_at <= now]


def _standing(places: list[Member]) -> str:
    """Say where a person stands over all courses of the cohort."""
    if places[0].person.signed_in_at is None:
        return "not_signed_in"
    if all(place.progress.is_complete for place in places):
        return "finished"
    if any(place.need in {rules.Need.AWAY, rules.Need.NOT_STARTED} for place in places):
        return "behind"
    return "on_track"


def delegation_of(cohort: Cohort) -> Delegation:
    """Collect a cohort that the caller was allowed to open."""
    members = members_of(cohort)
    here = {member.person.email for member in members}
    closing = [link.closes_at for link in courses_of(cohort) if link.closes_at is not None]
    return Delegation(
        members=members,
        invitations=[one for one in open_invitations(cohort) if one.email not in here],
        courses=_by_course(members),
        closes_at=max(closing, default=None),
    )


def _by_course(members: list[Member]) -> list[CourseGroup]:
    """Group by version: those who began an earlier one have its modules."""
    groups: dict[int, list[Member]] = {}
    for member in members:
        groups.setdefault(member.enrolment.version_id, []).append(member)
    rows = db.session.execute(
        select(CourseVersion.id, CourseVersion.number).where(CourseVersion.id.in_(groups))
    )
    numbers = dict(rows.all())
    return [
        CourseGroup(group[0].progress.outline, numbers[version_id], group)
        for version_id, group in sorted(groups.items())
    ]


def people_counts(cohorts: list[Cohort]) -> dict[int, int]:
    """Count the people of each cohort, from one statement."""
    rows = db.session.execute(
        select(Enrolment.cohort_id, func.count(Enrolment.person_id.distinct()))
        .where(
            Enrolment.cohort_id.in_([cohort.id for cohort in cohorts]),
            Enrolment.withdrawn_at.is_(None),
        )
        .group_by(Enrolment.cohort_id)
    )
    return dict(rows.all())
