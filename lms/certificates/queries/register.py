"""The register of all certificates, as an officer sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from lms.accounts.models import Person
from lms.accounts.rules import fold
from lms.certificates.models import Certificate
from lms.certificates.rules import CONFIRMED_FOR
from lms.cohorts.models import Cohort, Enrolment
from lms.courses.models import Course
from lms.courses.queries import outline_of
from lms.errors import NotFound
from lms.extensions import db
from lms.lib import numbers
from lms.lib.names import clean_name

A_DAY = timedelta(days=1)
"""What a printed day in any time zone is within: so days are found by the index of moments."""


@dataclass(frozen=True)
class RegisterFilter:
    """What to look for in the register; empty means all."""

    search: str = ""  # part of a number, or words of a name in either script and any spelling
    country: str = ""
    cohort: str = ""  # slugs
    course: str = ""
    kind: str = ""
    standing: str = ""  # as Certificate.standing says it
    since: date | None = None  # printed days, both included
    until: date | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        if words := clean_name(self.search).split():
            yield _has_number("".join(words)) | _is_held_by(words)
        if self.country:
            yield Certificate.country_code == self.country
        if self.cohort:
            yield Certificate.cohort_id.in_(select(Cohort.id).where(Cohort.slug == self.cohort))
        if self.course:
            yield Certificate.course_id.in_(select(Course.id).where(Course.slug == self.course))
        if self.kind:
            yield Certificate.kind == self.kind
        if self.standing:
            yield Certificate.stands(self.standing, datetime.now(UTC))
        if self.since:
            yield Certificate.issued_on >= self.since
            yield Certificate.issued_at >= _midnight(self.since) - A_DAY
        if self.until:
            yield Certificate.issued_on <= self.until
            yield Certificate.issued_at < _midnight(self.until) + CONFIRMED_FOR + 2 * A_DAY


SORTED_BY: dict[str, ColumnElement[Any]] = {
    "name": Certificate.printed_name.expression,
    "issued": Certificate.issued_at.expression,
}
"""What the register can be sorted by; "-" before a name turns it round."""


def register_for(
    officer: Person,
    wanted: RegisterFilter = RegisterFilter(),
    sort: str = "-issued",
) -> Select[Certificate]:
    """Select the certificates of the officer's countries, the newest first unless another order is asked for."""
    countries = officer.objects_of("officer", "country")
    sort = sort if sort.removeprefix("-") in SORTED_BY else "-issued"
    column = SORTED_BY[sort.removeprefix("-")]
    ends = (
        (column.desc(), Certificate.id.desc()) if sort.startswith("-") else (column, Certificate.id)
    )
    query = select(Certificate).order_by(*ends)
    if "*" not in countries:
        query = query.where(Certificate.country_code.in_(countries))
    return query.where(*wanted.conditions())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _has_number(part: str) -> ColumnElement[bool]:
    number = numbers.normalise(part).replace("-", "")
    return func.replace(Certificate.number, "-", "").contains(number, autoescape=True)


def _is_held_by(words: list[str]) -> ColumnElement[bool]:
    """Look in the printed names, and in what the holder is called today."""
    printed = [Certificate.facts[name].as_string() for name in ("name_latin", "name_native")]
    is_printed = and_(
        *(or_(*(name.icontains(word, autoescape=True) for name in printed)) for word in words)
    )
    holder = select(Person.id).where(
        Person.id == Certificate.person_id,
        *(Person.folded_names.contains(fold(word) or word, autoescape=True) for word in words),
    )
    return is_printed | holder.exists()


def registered(officer: Person, number: str) -> Certificate:
    """Return one certificate of the officer's countries, else 404."""
    query = register_for(officer).where(Certificate.number == numbers.normalise(number))
    certificate = db.session.scalar(query)
    if certificate is None:
        raise NotFound
    return certificate


def places_of(officer: Person) -> tuple[dict[str, str], dict[str, str]]:
    """Name the cohorts of the officer's countries, and the courses that they take or took, by slug."""
    countries = officer.objects_of("officer", "country")
    is_own = true() if "*" in countries else Cohort.country_code.in_(countries)
    cohorts = select(Cohort.slug, Cohort.title).where(is_own).order_by(Cohort.slug)
    newest = (
        select(Course.slug, func.max(Enrolment.version_id))
        .join(Enrolment.course)
        .join(Enrolment.cohort)
        .where(is_own)
        .group_by(Course.slug)
    )
    courses = db.session.execute(newest.order_by(Course.slug))
    return (
        dict(db.session.execute(cohorts).all()),
        {slug: outline_of(version_id).title("en") for slug, version_id in courses},
    )


def in_place(enrolments: Select[Enrolment], cohort: str, course: str) -> Select[Enrolment]:
    """Keep the enrolments of one cohort or course; empty means any."""
    if cohort:
        enrolments = enrolments.where(Enrolment.cohort.has(Cohort.slug == cohort))
    if course:
        enrolments = enrolments.where(Enrolment.course.has(Course.slug == course))
    return enrolments
