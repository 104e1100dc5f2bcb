"""The people of a cohort, a page at a time: filtered, sorted and cut by the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    SQLColumnExpression,
    and_,
    bindparam,
    case,
    func,
    select,
)
from sqlalchemy.orm import aliased

from lms.accounts.models import NameKey, Person, shown_name
from lms.accounts.queries import matches
from lms.certificates.models import Certificate
from lms.certificates.rules import Kind
from lms.cohorts.models import Affiliation, Cohort, Enrolment, Institution
from lms.cohorts.queries import BODY_ID
from lms.courses.models import Course
from lms.courses.outline import Outline
from lms.courses.queries import outline_of
from lms.delegations import rules
from lms.delegations.queries.overview import Overview, name_of_body
from lms.delegations.queries.standings import (
    COHORT_ID,
    DONE_COUNT,
    IS_KEPT,
    LAST_DONE_AT,
    Rows,
    moments_of,
    places,
    standing_in,
)
from lms.delegations.rules import Standing
from lms.extensions import db
from lms.progress.models import DoneStep
from lms.progress.models import Standing as DoneSoFar
from lms.web.pages import PAGE_SIZE, Page

SORTS = ("name", "last-seen", "progress")
NAMELESS = "name-missing"
"""A filter beside the standings: has finished, and the name is not confirmed."""


@dataclass(frozen=True)
class Filters:
    """What the address of a list says; empty filters nothing."""

    status: str = ""  # one of rules.Standing, or NAMELESS
    search: str = ""
    institution: int | None = None
    course: str = ""  # slug
    module: str = ""  # slug, of a module that the person has not begun
    sort: str = "name"  # one of SORTS


class Cell(NamedTuple):
    """One person in one module, for the heatmap; a tuple, because a page looks up 1,500 of them."""

    anchor: str  # of the module, on the person's page
    shade: int  # 0 nothing ... 5 all
    percent: int  # 0 nothing ... 100 really all


@dataclass(frozen=True)
class Row:
    """One person in a list."""

    person_id: int
    name: str
    institution: str
    standing: str
    done_count: int
    seen_days: int | None  # None: never signed in
    certificate: str  # number of the newest valid one
    enrolment_id: int | None  # in the course of the list
    version_id: int | None
    cells: list[Cell] = field(default_factory=list)


def people_page(
    cohort: Cohort, overview: Overview, filters: Filters, *, number: int, language: str
) -> Page:
    """Return one page of a cohort that the caller was allowed to open, from one statement."""
    now = datetime.now(UTC)
    values = {
        **moments_of(cohort, now),
        "status": filters.status,
        "institution_id": filters.institution,
        "course": filters.course,
        "module_paths": _paths_in(overview, filters),
        "language": language,
        "size": PAGE_SIZE,
    }
    shape = replace(filters, institution=filters.institution and 1)
    total = _known_total(overview, filters)
    if total is not None:
        number = min(number, max(1, -(-total // PAGE_SIZE)))
    values["skipped"] = (number - 1) * PAGE_SIZE
    found = db.session.execute(_page(shape, is_counted=total is None), values).all()
    if not found and number > 1:  # beyond the last page of what nobody had counted
        return people_page(cohort, overview, filters, number=1, language=language)
    if total is None:
        total = found[0].total if found else 0
    rows = [_row(cohort, row, now, language) for row in found]
    return Page(rows=rows, number=number, total=total)


def _paths_in(overview: Overview, filters: Filters) -> list[str]:
    """List the steps of the module that is filtered by, in every version of the course that is taken there."""
    outlines = [outline_of(one.id) for one in overview.versions if one.course == filters.course]
    steps = (step for outline in outlines for step in outline.steps)
    return sorted({step.path for step in steps if step.module_slug == filters.module})


def _known_total(overview: Overview, filters: Filters) -> int | None:
    """Return how many fit where that was counted already: everybody, or those who stand somewhere."""
    is_narrow = filters.search or filters.institution or filters.module
    if is_narrow or (filters.course and len(overview.courses) > 1):
        return None
    if filters.status == NAMELESS:
        return overview.nameless
    return overview.standings[filters.status] if filters.status else overview.people


def _row(cohort: Cohort, row: Any, now: datetime, language: str) -> Row:
    seen_days = None
    if row.signed_in_at is not None:
        last_seen = max(row.signed_in_at, row.last_done_at or row.signed_in_at)
        seen_days = rules.days_ago(last_seen, cohort.time_zone, now)
    return Row(
        person_id=row.person_id,
        name=shown_name(row, language),
        institution=row.institution or "",
        standing=row.standing,
        done_count=row.done_count,
        seen_days=seen_days,
        certificate=row.certificate or "",
        enrolment_id=row.enrolment_id,
        version_id=row.version_id,
    )


def _fitting(filters: Filters) -> Rows:
    """Select the people whom a list shows, in its order.

    Where each stands is counted only where the list depends on it: it takes longer than all else.
    """
    if filters.status:
        return _standing_there(filters)
    counts: list[ColumnElement[bool]] = [IS_KEPT]
    if filters.course:
        counts.append(Enrolment.course_id == COURSE_ID)
    if filters.module:
        counts.append(_has_not_begun(Enrolment.id))
    is_meant = case((and_(*counts), 1), else_=0)
    query = select(Enrolment.person_id).where(
        Enrolment.cohort_id == COHORT_ID, *_conditions(filters, Enrolment.person_id)
    )
    if filters.course and filters.sort == "name":  # each has one place there
        query = query.where(is_meant == 1)
    else:
        query = query.group_by(Enrolment.person_id, NameKey.key).having(func.sum(is_meant) > 0)
    if filters.search or filters.sort == "last-seen":
        query = query.join(Person, Person.id == Enrolment.person_id)
    if filters.sort != "name":
        query = query.outerjoin(DoneSoFar, DoneSoFar.enrolment_id == Enrolment.id)
    if filters.sort == "last-seen":
        query = query.group_by(Person.signed_in_at)
    order = _order(filters.sort, DONE_COUNT, LAST_DONE_AT)
    return _named(query, Enrolment.person_id, order)


def _standing_there(filters: Filters) -> Rows:
    """Select the people who stand somewhere, in the order of a list."""
    found = places().subquery("everybody")
    standing = standing_in(found)
    query = select(found.c.person_id).join(Person, Person.id == found.c.person_id)
    if filters.status == NAMELESS:
        query = query.where(standing == Standing.FINISHED.value, Person.name_confirmed_at.is_(None))
    else:
        query = query.where(standing == bindparam("status"))
    if filters.course:
        query = query.where(_takes_course(filters))
    query = query.where(*_conditions(filters, found.c.person_id))
    order = _order(filters.sort, found.c.done_count, found.c.last_done_at)
    return _named(query, found.c.person_id, order)


def _order(
    sort: str, done_count: ColumnElement[int], done_at: ColumnElement[datetime | None]
) -> list[SQLColumnExpression[Any]]:
    """Return what a list is sorted by before the name, from the largest down."""
    seen_at = Person.signed_in_at
    if sort == "progress":
        return [done_count]
    if sort == "last-seen":
        last = case((done_at > seen_at, done_at), else_=seen_at)
        return [case((seen_at.is_(None), 0), else_=1), last]
    return []


def _named(
    query: Rows, person_id: SQLColumnExpression[int], first: list[SQLColumnExpression[Any]]
) -> Rows:
    """Sort people by what comes first, from the largest down; the name decides between equals."""
    down: list[ColumnElement[Any]] = [
        one.label(f"down_{number}") for number, one in enumerate(first)
    ]
    up: list[ColumnElement[Any]] = [NameKey.key.label("key_0"), person_id.label("key_1")]
    return (
        query.add_columns(*down, *up)
        .join(
            NameKey,
            (NameKey.person_id == person_id) & (NameKey.language == bindparam("language")),
        )
        .order_by(*(column.desc() for column in down), *up)
    )


def _conditions(
    filters: Filters, person_id: SQLColumnExpression[int]
) -> Iterable[ColumnElement[bool]]:
    for word in filters.search.split():
        yield matches(word)
    if filters.institution:
        yield (
            select(Affiliation.person_id)
            .join(Institution, Institution.id == Affiliation.institution_id)
            .where(Affiliation.person_id == person_id, bindparam("institution_id") == BODY_ID)
            .exists()
        )


def _takes_course(filters: Filters) -> ColumnElement[bool]:
    """Keep who has a place in the course and, where a module is named, has not begun that."""
    taken = select(OWN.id).where(
        OWN.cohort_id == COHORT_ID, OWN.person_id == Person.id, OWN.course_id == COURSE_ID
    )
    if filters.status != Standing.WITHDRAWN:
        taken = taken.where(OWN.withdrawn_at.is_(None))
    if filters.module:
        taken = taken.where(_has_not_begun(OWN.id))
    return taken.exists()


def _has_not_begun(enrolment_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    begun = select(DoneStep.path).where(
        DoneStep.enrolment_id == enrolment_id,
        DoneStep.path.in_(bindparam("module_paths", expanding=True)),
    )
    return ~begun.exists()


@lru_cache
def _page(filters: Filters, *, is_counted: bool) -> Rows:
    """Cut one page, and only then look up what stands in its rows; count all that fit where nobody has."""
    fitting = _fitting(filters).limit(bindparam("size")).offset(bindparam("skipped"))
    if is_counted:
        fitting = fitting.add_columns(func.count().over().label("total"))
    cut = fitting.cte("cut")
    found = places().where(Enrolment.person_id.in_(select(cut.c.person_id))).subquery("places")
    return (
        select(
            found,
            standing_in(found).label("standing"),
            *NAMES,
            Person.signed_in_at,
            name_of_body(BODY_ID).label("institution"),
            _certificate_number().label("certificate"),
            OWN.id.label("enrolment_id"),
            OWN.version_id,
            *(column for column in cut.c if column.name == "total"),
        )
        .select_from(cut)
        .join(found, found.c.person_id == cut.c.person_id)
        .join(Person, Person.id == cut.c.person_id)
        .outerjoin(Affiliation, Affiliation.person_id == Person.id)
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .outerjoin(
            OWN,
            (OWN.person_id == Person.id)
            & (OWN.cohort_id == COHORT_ID)
            & (OWN.course_id == COURSE_ID),
        )
        .order_by(
            *(column.desc() for column in cut.c if column.name.startswith("down_")),
            *(column for column in cut.c if column.name.startswith("key_")),
        )
    )


OWN = aliased(Enrolment)
"""Somebody's place in the course that a list is about."""

COURSE_ID = select(Course.id).where(Course.slug == bindparam("course")).scalar_subquery()

NAMES = (
    Person.given_name,
    Person.family_name,
    Person.given_name_latin,
    Person.family_name_latin,
    Person.is_family_name_first,
    Person.email,
)


def _certificate_number() -> ScalarSelect[str]:
    """Return SQL for the newest certificate that a person has from the cohort."""
    place = aliased(Enrolment)
    return (
        select(Certificate.number)
        .join(place, place.id == Certificate.enrolment_id)
        .where(
            place.cohort_id == COHORT_ID,
            place.person_id == Person.id,
            Certificate.kind == Kind.COMPLETION,
            Certificate.is_current(),
        )
        .order_by(Certificate.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def with_cells(rows: list[Row]) -> dict[int, list[Row]]:
    """Give each row its cells, one for each module, from one statement; return the rows by version."""
    by_version: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row.version_id is not None:
            by_version[row.version_id].append(row)
    done = _done_paths(rows) if by_version else {}
    return {
        version_id: _rows_with_cells(outline_of(version_id), members, done)
        for version_id, members in by_version.items()
    }


def _done_paths(rows: list[Row]) -> dict[int, str]:
    """Return the finished steps of each enrolment, as one text: a row for each step took four times as long."""
    ids = [row.enrolment_id for row in rows if row.enrolment_id is not None]
    return dict(db.session.execute(DONE_PATHS, {"ids": ids}).all())


DONE_PATHS = (
    select(DoneStep.enrolment_id, func.aggregate_strings(DoneStep.path, ","))
    .where(DoneStep.enrolment_id.in_(bindparam("ids", expanding=True)))
    .group_by(DoneStep.enrolment_id)
)


def _rows_with_cells(outline: Outline, rows: list[Row], done: dict[int, str]) -> list[Row]:
    """Give each row its cells; those that look alike are one object, which a page draws once."""
    module_of = {
        step.path: step.module_slug for step in outline.steps
    }  # a step of another version counts nowhere
    totals = Counter(module_of.values())

    @cache
    def cell(slug: str, count: int) -> Cell:
        anchor, total = f"{outline.slug}-{slug}", totals[slug]
        return Cell(anchor, rules.shade(count, total), rules.percent(count, total))

    found = []
    for row in rows:
        paths = done.get(row.enrolment_id or 0, "").split(",")
        counts = Counter(map(module_of.get, paths))
        cells = [cell(module.slug, counts[module.slug]) for module in outline.modules]
        found.append(replace(row, cells=cells))
    return found
