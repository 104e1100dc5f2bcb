"""A whole delegation in numbers: who is how far, what waits for the coordinator, what can be filtered by."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    bindparam,
    case,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from lms.accounts.models import Person
from lms.certificates.models import Certificate
from lms.certificates.rules import Kind
from lms.cohorts.models import (
    Affiliation,
    Cohort,
    CohortCourse,
    Enrolment,
    Import,
    Institution,
    InstitutionName,
    Invitation,
    Nomination,
    StepQuestion,
)
from lms.cohorts.queries import BODY_ID
from lms.courses.models import Course
from lms.delegations.queries.standings import COHORT_ID, Rows, moments_of, places, standing_in
from lms.delegations.rules import Standing
from lms.extensions import UtcDateTime, db
from lms.progress.models import Standing as DoneSoFar


@dataclass(frozen=True)
class TakenVersion:
    """A version of a course that people of a cohort take."""

    id: int
    course: str  # slug
    begun: int  # people
    closes_at: datetime | None


@dataclass(frozen=True)
class Overview:
    """What stands above the list of people."""

    standings: Counter[str]  # people by where they stand
    languages: dict[str, Counter[str]]  # of those people, by where they stand
    nameless: int  # have finished, and the name is not confirmed
    versions: list[TakenVersion]  # the one most have begun first
    institutions: list[tuple[int, str]]  # by name
    waiting: Counter[str]  # invitations, expired, nominations, questions, imports, certificates
    import_id: int  # of the oldest import that waits; 0: none

    @property
    def people(self) -> int:
        """Count people, not places; those who were withdrawn are not in the cohort any more."""
        return self.standings.total() - self.standings[Standing.WITHDRAWN]

    @property
    def signed_in(self) -> int:
        return self.people - self.standings[Standing.NOT_SIGNED_IN]

    @property
    def closes_at(self) -> datetime | None:
        """The last of its courses."""
        return max((one.closes_at for one in self.versions if one.closes_at), default=None)

    @cached_property
    def courses(self) -> list[str]:
        """List the courses that people take, the one most have begun first."""
        return list(dict.fromkeys(version.course for version in self.versions))


def overview_of(cohort: Cohort) -> Overview:
    """Count a cohort that the caller was allowed to open; two statements, however many people."""
    moments = moments_of(cohort, datetime.now(UTC))
    standings: Counter[str] = Counter()
    languages: dict[str, Counter[str]] = {}
    nameless = 0
    for standing, language, is_named, count in db.session.execute(_standings(), moments):
        standings[standing] += count
        languages.setdefault(standing, Counter())[language] += count
        nameless += count if standing == Standing.FINISHED and not is_named else 0
    found: dict[str, list[Any]] = defaultdict(list)
    for facet in db.session.execute(_facets(), moments):
        found[facet.kind].append(facet)
    in_order = sorted(found["version"], key=lambda one: (-one.count, one.label, -one.id))
    bodies = [(one.id, one.label or "") for one in found["institution"]]
    return Overview(
        standings=standings,
        languages=languages,
        nameless=nameless,
        versions=[TakenVersion(one.id, one.label, one.count, one.moment) for one in in_order],
        institutions=sorted(bodies, key=lambda body: body[1].casefold()),
        waiting=Counter({kind: found[kind][0].count for kind in WAITING}),
        import_id=found["imports"][0].id or 0,
    )


@cache
def _standings() -> Rows:
    found = places().subquery("places")
    people = (
        select(
            standing_in(found).label("standing"),
            Person.language,
            Person.name_confirmed_at.is_not(None).label("is_named"),
        )
        .select_from(found)
        .join(Person, Person.id == found.c.person_id)
        .subquery("people_there")
    )
    return select(people, func.count().label("count")).group_by(*people.c)


@cache
def _facets() -> Rows:
    """Select (kind, id, label, count, moment): one statement for all the small things that a page must know."""
    waiting = [_number(kind, ids()) for kind, ids in WAITING.items()]
    return select(union_all(_versions(), _institutions(), *waiting).subquery())


def _number(kind: str, ids: Rows) -> Rows:
    found = ids.subquery()
    return select(literal(kind), func.min(found.c.id), literal(""), func.count(), null())


def _versions() -> Rows:
    taken = (
        select(
            Enrolment.course_id,
            Enrolment.version_id,
            func.sum(case((DoneSoFar.done_count > 0, 1), else_=0)).label("count"),
        )
        .outerjoin(DoneSoFar, DoneSoFar.enrolment_id == Enrolment.id)
        .where(Enrolment.cohort_id == COHORT_ID, Enrolment.withdrawn_at.is_(None))
        .group_by(Enrolment.course_id, Enrolment.version_id)
        .subquery("taken")
    )
    return (
        select(
            literal("version").label("kind"),
            taken.c.version_id.label("id"),
            Course.slug.label("label"),
            taken.c.count.label("count"),
            CohortCourse.closes_at.label("moment"),
        )
        .join(Course, Course.id == taken.c.course_id)
        .outerjoin(
            CohortCourse,
            (CohortCourse.cohort_id == COHORT_ID) & (CohortCourse.course_id == taken.c.course_id),
        )
    )


def _institutions() -> Rows:
    named = (
        select(Affiliation.institution_id)
        .join(Enrolment, Enrolment.person_id == Affiliation.person_id)
        .where(Enrolment.cohort_id == COHORT_ID, Enrolment.withdrawn_at.is_(None))
        .distinct()
        .subquery("named")
    )
    bodies = (
        select(BODY_ID.label("id"))
        .join(named, named.c.institution_id == Institution.id)
        .distinct()
        .subquery("bodies")
    )
    return select(
        literal("institution"), bodies.c.id, name_of_body(bodies.c.id), literal(0), null()
    )


def name_of_body(institution_id: ColumnElement[int]) -> ScalarSelect[str | None]:
    """Return SQL for the preferred name of an institution."""
    return (
        select(func.min(InstitutionName.name))
        .where(InstitutionName.institution_id == institution_id, InstitutionName.is_preferred)
        .scalar_subquery()
    )


def _open_invitations() -> Rows:
    """Select who was invited and is not here: of an address that was written to twice, the newest."""
    newer = aliased(Invitation)
    has_newer = (
        select(newer.id)
        .where(
            newer.cohort_id == Invitation.cohort_id,
            newer.email == Invitation.email,
            newer.email != "",
            newer.id > Invitation.id,
        )
        .exists()
    )
    is_here = (
        select(Enrolment.id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Person.email == Invitation.email,
            Enrolment.cohort_id == COHORT_ID,
            Enrolment.withdrawn_at.is_(None),
        )
        .exists()
    )
    return select(Invitation.id).where(
        Invitation.cohort_id == COHORT_ID,
        Invitation.is_pending(),
        ~has_newer,
        ~is_here,
    )


def _expired_invitations() -> Rows:
    return _open_invitations().where(Invitation.expires_at <= bindparam("now", type_=UtcDateTime()))


def _open_nominations() -> Rows:
    return select(Nomination.id).where(
        Nomination.cohort_id == COHORT_ID,
        Nomination.approved_at.is_(None),
        Nomination.declined_at.is_(None),
        Nomination.withdrawn_at.is_(None),
    )


def _open_questions() -> Rows:
    return (
        select(StepQuestion.id)
        .join(Enrolment, Enrolment.id == StepQuestion.enrolment_id)
        .where(Enrolment.cohort_id == COHORT_ID, StepQuestion.closed_at.is_(None))
    )


def _open_imports() -> Rows:
    return select(Import.id).where(
        Import.cohort_id == COHORT_ID,
        Import.checked_at.is_not(None),
        Import.confirmed_at.is_(None),
        Import.fault == "",
    )


def _certificates() -> Rows:
    return (
        select(Certificate.enrolment_id.label("id"))
        .distinct()
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(
            Enrolment.cohort_id == COHORT_ID,
            Certificate.kind == Kind.COMPLETION,
            Certificate.is_current(),
        )
    )


WAITING = {
    "invitations": _open_invitations,
    "expired": _expired_invitations,
    "nominations": _open_nominations,
    "questions": _open_questions,
    "imports": _open_imports,
    "certificates": _certificates,
}
"""What is counted of a cohort, and how it is found."""


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
