"""Cohorts side by side, in numbers: no names, and the same numbers for the page and for its files."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, Subquery, bindparam, case, func, literal, or_, select

from lms.accounts.models import Person
from lms.certificates.models import Certificate
from lms.certificates.rules import Kind
from lms.cohorts.models import (
    Affiliation,
    Cohort,
    Enrolment,
    Institution,
    Programme,
    RegionCountry,
)
from lms.cohorts.queries import BODY_ID, coordinated_cohorts
from lms.courses.queries import outline_of
from lms.delegations.queries.overview import name_of_body
from lms.delegations.queries.standings import Rows
from lms.errors import NotFound
from lms.extensions import db
from lms.progress.models import Completion
from lms.progress.models import Standing as DoneSoFar
from lms.quizzes.models import Attempt

MOST_COHORTS = 30
"""Columns of a table that somebody can still read."""

COUNTED = ("enrolled", "signed_in", "began", "completed", "passed", "certified")
MEDIANS = ("score", "days")
FEWEST_FOR_MEDIAN = 5
SECONDS_PER_DAY = 86_400


def comparable_cohorts(person: Person) -> Select[Any]:
    """Select the cohorts whose numbers somebody may see: the own ones; administrators and auditors all."""
    if person.role_names & {"administrator", "auditor"}:
        return select(Cohort).order_by(Cohort.starts_on.desc(), Cohort.slug)
    return coordinated_cohorts(person)


def cohorts_to_compare(
    person: Person, *, slugs: list[str], programme: str = "", region: str = ""
) -> tuple[list[Cohort], int]:
    """Return the chosen cohorts, and how many more there are; 404 for one that is not there or not theirs."""
    query = comparable_cohorts(person)
    if slugs:
        chosen = list(db.session.scalars(query.where(Cohort.slug.in_(slugs))))
        if len(chosen) < len(set(slugs)):
            raise NotFound
        return chosen[:MOST_COHORTS], max(0, len(chosen) - MOST_COHORTS)
    if programme:
        query = query.where(
            Cohort.programme_id.in_(select(Programme.id).where(Programme.slug == programme))
        )
    if region:
        query = query.where(
            Cohort.country_code.in_(
                select(RegionCountry.country_code).where(RegionCountry.region_code == region)
            )
        )
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery()))
    found = list(db.session.scalars(query.limit(MOST_COHORTS)))
    return found, (total or 0) - len(found)


Group: TypeAlias = str | int | None
"""A gender, or the id of an institution; None: not said."""


@dataclass
class Comparison:
    """The numbers of some cohorts at one moment: of each measure, by group and cohort."""

    cohorts: list[Cohort]
    as_of: datetime
    counts: dict[str, dict[Group, Counter[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Counter))
    )
    values: dict[str, dict[int, list[float]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )  # of what has a median

    def table(self, measure: str, groups: list[Group]) -> list[list[int]]:
        """Return a row for each group, a column for each cohort."""
        counts = self.counts[measure]
        return [[counts[group][cohort.id] for cohort in self.cohorts] for group in groups]

    def totals(self, measure: str) -> list[int]:
        """Return the count of each cohort, and of all."""
        whole = sum(self.counts[measure].values(), Counter[int]())
        return [*(whole[cohort.id] for cohort in self.cohorts), whole.total()]

    def medians(self, measure: str) -> list[float | None]:
        """Return the median of each cohort, and of all; None where it would tell of few."""
        found = self.values[measure]
        every = [found[cohort.id] for cohort in self.cohorts]
        return [
            round(median(values), 1) if len(values) >= FEWEST_FOR_MEDIAN else None
            for values in (*every, [one for values in every for one in values])
        ]

    @property
    def groups(self) -> list[Group]:
        """List the groups that anybody is in, the largest first."""
        enrolled = self.counts["enrolled"]
        return sorted(enrolled, key=lambda group: (group is None, -enrolled[group].total()))


def comparison_of(cohorts: list[Cohort], split: str = "") -> Comparison:
    """Count cohorts that the caller was allowed to see; three statements, however many they are."""
    found = Comparison(cohorts, datetime.now(UTC))
    ids = [cohort.id for cohort in cohorts]
    finals = _finals(ids)
    passes: Counter[tuple[int, int]] = Counter()
    for taken in _best_tries(ids, finals):
        passes[taken.cohort_id, taken.person_id] += taken.is_passed
        found.values["score"][taken.cohort_id].append(taken.score_percent)
    for person in db.session.execute(_people(split), {"ids": ids, "with_final": list(finals)}):
        is_finished = person.finished_count == person.place_count
        is_true = {
            "enrolled": True,
            "signed_in": person.has_signed_in,
            "began": person.done_count > 0,
            "completed": is_finished,
            "passed": 0 < person.final_count <= passes[person.cohort_id, person.person_id],
            "certified": person.certificate_count > 0,
        }
        for measure in COUNTED:
            found.counts[measure][person.group or None][person.cohort_id] += bool(is_true[measure])
        if is_finished:
            seconds = (person.completed_at - person.enrolled_at).total_seconds()
            found.values["days"][person.cohort_id].append(max(0, seconds) / SECONDS_PER_DAY)
    return found


def _finals(ids: list[int]) -> dict[int, str]:
    """Return the final quiz of each version that is taken there, where it has one."""
    versions = db.session.scalars(
        select(Enrolment.version_id).where(Enrolment.cohort_id.in_(ids)).distinct()
    )
    finals = {one: outline_of(one).certificate.get("final") for one in versions}
    return {version_id: str(path) for version_id, path in finals.items() if path}


def _best_tries(ids: list[int], finals: dict[int, str]) -> list[Any]:
    """List the best marked try of each person at the final of each course."""
    if not finals:
        return []
    is_final = [
        (Enrolment.version_id == version_id) & (Attempt.quiz == path)
        for version_id, path in finals.items()
    ]
    query = (
        select(
            Enrolment.cohort_id,
            Enrolment.person_id,
            func.max(Attempt.score_percent).label("score_percent"),
            func.max(case((Attempt.is_passed.is_(True), 1), else_=0)).label("is_passed"),
        )
        .join(Attempt, Attempt.enrolment_id == Enrolment.id)
        .where(
            Enrolment.cohort_id.in_(ids),
            Enrolment.withdrawn_at.is_(None),
            Attempt.marked_at.is_not(None),
            or_(*is_final),
        )
        .group_by(Enrolment.cohort_id, Enrolment.person_id, Enrolment.id)
    )
    return list(db.session.execute(query))


def _people(split: str) -> Rows:
    """Select one row for each person in each cohort, without a name."""
    places = _places(split)
    who = (places.c.cohort_id, places.c.person_id, places.c.has_signed_in, places.c.group)
    return select(
        *who,
        func.min(places.c.enrolled_at).label("enrolled_at"),
        func.max(places.c.completed_at).label("completed_at"),
        func.count().label("place_count"),
        func.sum(places.c.done_count).label("done_count"),
        func.sum(places.c.is_finished).label("finished_count"),
        func.sum(places.c.has_final).label("final_count"),
        func.sum(places.c.has_certificate).label("certificate_count"),
    ).group_by(*who)


def _places(split: str) -> Subquery:
    """Select one row for each place of a person in a course."""
    groups: dict[str, Any] = {"gender": Person.gender, "institution": BODY_ID}
    group: ColumnElement[Any] = groups.get(split, literal(""))
    has_certificate = (
        select(Certificate.id)
        .where(
            Certificate.enrolment_id == Enrolment.id,
            Certificate.kind == Kind.COMPLETION,
            Certificate.is_current(),
        )
        .exists()
    )
    is_finished = Completion.enrolment_id.is_not(None)
    has_final = Enrolment.version_id.in_(bindparam("with_final", expanding=True))
    return (
        select(
            Enrolment.cohort_id,
            Enrolment.person_id,
            Person.signed_in_at.is_not(None).label("has_signed_in"),
            group.label("group"),
            Enrolment.enrolled_at,
            Completion.completed_at,
            func.coalesce(DoneSoFar.done_count, 0).label("done_count"),
            case((is_finished, 1), else_=0).label("is_finished"),
            case((has_final, 1), else_=0).label("has_final"),
            case((has_certificate, 1), else_=0).label("has_certificate"),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Affiliation, Affiliation.person_id == Person.id)
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .outerjoin(DoneSoFar, DoneSoFar.enrolment_id == Enrolment.id)
        .outerjoin(Completion, Completion.enrolment_id == Enrolment.id)
        .where(
            Enrolment.cohort_id.in_(bindparam("ids", expanding=True)),
            Enrolment.withdrawn_at.is_(None),
        )
        .subquery()
    )


def institution_names(ids: list[int]) -> dict[int, str]:
    query = select(Institution.id, name_of_body(Institution.id.expression)).where(
        Institution.id.in_(ids)
    )
    return {one: name or "" for one, name in db.session.execute(query)}
