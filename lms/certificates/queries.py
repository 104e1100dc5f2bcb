"""Finding certificates and who is due one, with the access check inside."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from lms.accounts.models import Person
from lms.certificates import drawing, rules
from lms.certificates.models import Certificate, CertificateFile
from lms.cohorts.models import Cohort, Enrolment
from lms.cohorts.queries import Seat
from lms.courses.queries import outline_of
from lms.errors import NotFound
from lms.extensions import db
from lms.lib import numbers
from lms.progress.models import Completion
from lms.progress.queries import progress_of_many
from lms.progress.rules import Progress


def certificate_of(enrolment_id: int) -> Certificate | None:
    """Return the newest certificate of an enrolment that was not revoked."""
    query = select(Certificate).where(Certificate.enrolment_id == enrolment_id, Certificate.revoked_at.is_(None))
    return db.session.scalar(query.order_by(Certificate.sequence.desc()).limit(1))


def newest_certificate(seat: Seat) -> Certificate | None:
    """Return a learner's newest certificate of a course, revoked or not."""
    query = select(Certificate).where(Certificate.enrolment_id == seat.enrolment_id)
    return db.session.scalar(query.order_by(Certificate.sequence.desc()).limit(1))


def certificates_of(person: Person) -> list[Certificate]:
    query = select(Certificate).where(Certificate.person_id == person.id)
    return list(db.session.scalars(query.order_by(Certificate.issued_at.desc())))


def next_sequence(enrolment_id: int) -> int:
    query = select(func.max(Certificate.sequence)).where(
        Certificate.enrolment_id == enrolment_id, Certificate.kind == rules.KIND
    )
    return (db.session.scalar(query) or 0) + 1


def file_of(certificate: Certificate) -> CertificateFile | None:
    """Return size and hash of the drawn PDF; its bytes are read only when asked for."""
    return db.session.get(CertificateFile, certificate.id)


def eligibility_of(enrolment: Enrolment, progress: Progress | None = None) -> rules.Eligibility:
    """Compare what one learner has done with what the certificate asks for."""
    if progress is None:
        progress = progress_of_many([(enrolment.id, enrolment.version_id)])[enrolment.id]
    person = enrolment.person
    return rules.eligibility(
        progress,
        is_name_confirmed=person.name_confirmed_at is not None,
        name_latin=person.name_latin,
        unprintable=drawing.missing_letters(person.name_latin + person.name_native),
    )


def completed_without_certificate(person: Person) -> list[int]:
    """List the enrolments that somebody has finished and holds no certificate for."""
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


def candidates(officer: Person) -> list[Candidate]:
    """List everybody in the officer's countries who holds no certificate yet, with what is missing."""
    query = (
        select(Enrolment)
        .join(Enrolment.cohort)
        .outerjoin(Certificate, Certificate.enrolment_id == Enrolment.id)
        .options(joinedload(Enrolment.person), joinedload(Enrolment.cohort), joinedload(Enrolment.course))
        .where(Certificate.id.is_(None), Enrolment.withdrawn_at.is_(None))
        .order_by(Cohort.slug, Enrolment.id)
    )
    enrolments = list(db.session.scalars(_in_countries(query, officer)).unique())
    progress = progress_of_many((enrolment.id, enrolment.version_id) for enrolment in enrolments)
    return [_candidate(enrolment, progress[enrolment.id]) for enrolment in enrolments]


def _candidate(enrolment: Enrolment, progress: Progress) -> Candidate:
    return Candidate(
        enrolment=enrolment,
        course_title=outline_of(enrolment.version_id).title("en"),
        eligibility=eligibility_of(enrolment, progress),
        done_count=progress.done_count,
        step_count=len(progress.outline.steps),
    )


def candidate_of(officer: Person, enrolment_id: int) -> Enrolment:
    """Return one enrolment in the officer's countries, else 404."""
    query = select(Enrolment).join(Enrolment.cohort).where(Enrolment.id == enrolment_id)
    found = db.session.scalar(_in_countries(query, officer))
    if found is None:
        raise NotFound
    return found


def _in_countries(query: Select[tuple[Enrolment]], officer: Person) -> Select[tuple[Enrolment]]:
    countries = officer.objects_of("officer", "country")
    return query if "*" in countries else query.where(Cohort.country_code.in_(countries))


def register_for(officer: Person, search: str = "") -> Select[tuple[Certificate]]:
    """Select the certificates of the officer's countries, newest first."""
    countries = officer.objects_of("officer", "country")
    query = select(Certificate).order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    if "*" not in countries:
        query = query.where(Certificate.country_code.in_(countries))
    if search:
        part = f"%{search.strip()}%"
        names = (Certificate.facts["name_latin"].as_string(), Certificate.facts["name_native"].as_string())
        query = query.where(Certificate.number.ilike(part) | names[0].ilike(part) | names[1].ilike(part))
    return query


def registered(officer: Person, number: str) -> Certificate:
    """Return one certificate of the officer's countries, else 404."""
    certificate = db.session.scalar(register_for(officer).where(Certificate.number == number))
    if certificate is None:
        raise NotFound
    return certificate


def downloadable(person: Person, number: str) -> Certificate:
    """Return a certificate whose PDF somebody may have: the holder, the country's coordinator or officer."""
    certificate = by_number(number)
    if certificate is None:
        raise NotFound
    country = certificate.country_code
    is_staff = any(person.holds(role, "country", country) for role in ("coordinator", "officer"))
    if certificate.person_id != person.id and not is_staff:
        raise NotFound
    return certificate


def by_number(text: str) -> Certificate | None:
    """Find a certificate by its number as somebody typed it."""
    return db.session.scalar(select(Certificate).where(Certificate.number == numbers.normalise(text)))
