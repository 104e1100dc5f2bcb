"""Who is due a certificate, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from lms.accounts.models import Person
from lms.certificates import drawing, rules
from lms.certificates.models import Certificate
from lms.certificates.queries import printing
from lms.cohorts.models import Cohort, Enrolment
from lms.courses.queries import outline_of
from lms.errors import NotFound
from lms.extensions import db
from lms.progress.models import Completion
from lms.progress.queries import progress_of_many
from lms.progress.rules import Progress

_ANY_NUMBER = "KZ-2026-7Q3M-W8KD-R4TN-9HXG"  # all numbers are equally long


def eligibility_of(enrolment: Enrolment, progress: Progress | None = None) -> rules.Eligibility:
    """Compare what one learner has done, and what would be printed, with what the certificate asks for."""
    if progress is None:
        progress = progress_of_many([(enrolment.id, enrolment.version_id)])[enrolment.id]
    person = enrolment.person
    facts = printing.printed_facts(enrolment, _ANY_NUMBER, date(2026, 9, 30))
    letters = drawing.missing_letters(person.name_latin + person.name_native)
    too_long = set(drawing.overlong_lines_of(facts))
    return rules.eligibility(
        progress,
        is_name_confirmed=person.name_confirmed_at is not None,
        name_latin=person.name_latin,
        unprintable=letters,
        is_name_too_long=bool(too_long & {"name", "name_native"}),
        is_page_unprintable=bool(too_long - {"name", "name_native"})
        or not set(drawing.missing_letters_of(facts)) <= set(letters),
    )


def completed_without_certificate(person: Person) -> list[int]:
    """List the enrolments that somebody has finished and never had a certificate for."""
    query = (
        select(Completion.enrolment_id)
        .join(Enrolment, Enrolment.id == Completion.enrolment_id)
        .outerjoin(Certificate, Certificate.enrolment_id == Completion.enrolment_id)
        .where(Enrolment.person_id == person.id, Certificate.id.is_(None))
    )
    return list(db.session.scalars(query))


@dataclass(frozen=True)
class Candidate:
    """One line of the officer's list."""

    enrolment: Enrolment
    course_title: str
    eligibility: rules.Eligibility
    done_count: int
    step_count: int


def finished(officer: Person) -> list[Candidate]:
    """List who has done all in the officer's countries, and has no certificate yet."""
    query = _without_certificate(officer).where(Completion.enrolment_id.is_not(None))
    return candidates(db.session.scalars(query))


def unfinished(officer: Person) -> Select[Enrolment]:
    """Select who still has something to do in the officer's countries."""
    return _without_certificate(officer).where(Completion.enrolment_id.is_(None))


def candidates(enrolments: Iterable[Enrolment]) -> list[Candidate]:
    """Say of enrolments that the caller may see what is missing, from one more statement for all."""
    listed = list(enrolments)
    progress = progress_of_many((enrolment.id, enrolment.version_id) for enrolment in listed)
    return [_candidate(enrolment, progress[enrolment.id]) for enrolment in listed]


def _candidate(enrolment: Enrolment, progress: Progress) -> Candidate:
    return Candidate(
        enrolment=enrolment,
        course_title=outline_of(enrolment.version_id).title("en"),
        eligibility=eligibility_of(enrolment, progress),
        done_count=progress.done_count,
        step_count=len(progress.outline.steps),
    )


def _without_certificate(officer: Person) -> Select[Enrolment]:
    query = (
        _enrolments(officer)
        .join(Enrolment.person)
        .outerjoin(Certificate, Certificate.enrolment_id == Enrolment.id)
        .outerjoin(Completion, Completion.enrolment_id == Enrolment.id)
        .where(Certificate.id.is_(None), Enrolment.withdrawn_at.is_(None))
    )
    return query.order_by(Cohort.slug, Person.family_name_latin, Enrolment.id)


def candidates_of(officer: Person, enrolment_ids: Iterable[int]) -> list[Enrolment]:
    """Return enrolments in the officer's countries, in the order of the list; 404 when one is not there."""
    wanted = set(enrolment_ids)
    query = _enrolments(officer).where(Enrolment.id.in_(wanted)).order_by(Cohort.slug, Enrolment.id)
    found = list(db.session.scalars(query))
    if {enrolment.id for enrolment in found} != wanted:
        raise NotFound
    return found


def _enrolments(officer: Person) -> Select[Enrolment]:
    """Select the enrolments of an officer's countries, with what a list shows of them."""
    countries = officer.objects_of("officer", "country")
    query = (
        select(Enrolment)
        .join(Enrolment.cohort)
        .options(
            joinedload(Enrolment.person).lazyload(Person.grants),
            joinedload(Enrolment.cohort),
            joinedload(Enrolment.course),
        )
    )
    return query if "*" in countries else query.where(Cohort.country_code.in_(countries))
