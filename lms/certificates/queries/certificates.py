"""Finding certificates, with the access check inside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased, joinedload

from lms.accounts.models import Person
from lms.certificates import rules
from lms.certificates.models import Certificate, CertificateFile
from lms.cohorts.models import Cohort, Enrolment, Programme
from lms.courses.models import Course
from lms.courses.queries import outline_of
from lms.errors import NotFound
from lms.extensions import db
from lms.lib import numbers


def certificate_of(enrolment_id: int) -> Certificate | None:
    """Return the newest certificate of completion of an enrolment that is neither revoked nor replaced."""
    return valid_certificates([enrolment_id]).get(enrolment_id)


def newest_certificate(enrolment_id: int) -> Certificate | None:
    """Return an enrolment's newest certificate, revoked or not; that of completion before any other."""
    is_lesser = Certificate.kind != rules.Kind.COMPLETION
    query = select(Certificate).where(Certificate.enrolment_id == enrolment_id)
    return db.session.scalar(query.order_by(is_lesser, Certificate.sequence.desc()).limit(1))


def newest_of(certificate: Certificate) -> Certificate:
    """Return the newest certificate of the same occasion and kind, which may be this one."""
    query = select(Certificate).where(
        Certificate.occasion == certificate.occasion, Certificate.kind == certificate.kind
    )
    return db.session.scalars(query.order_by(Certificate.sequence.desc()).limit(1)).one()


def certificates_of(person: Person) -> list[Certificate]:
    """List a person's own certificates with the size of each PDF, the newest first."""
    query = (
        select(Certificate)
        .options(joinedload(Certificate.file))
        .where(Certificate.person_id == person.id)
    )
    return list(db.session.scalars(query.order_by(Certificate.issued_at.desc())))


def own_certificate(person: Person, number: str) -> Certificate:
    """Return one of a person's own certificates, else 404."""
    certificate = by_number(number)
    if certificate is None or certificate.person_id != person.id:
        raise NotFound
    return certificate


def others_of(certificate: Certificate) -> list[Certificate]:
    """List what else the same person was given for the same course, and what took its place; the newest first."""
    query = select(Certificate).where(
        Certificate.person_id == certificate.person_id,
        Certificate.cohort_id == certificate.cohort_id,
        Certificate.course_id == certificate.course_id,
        Certificate.id != certificate.id,
    )
    return list(db.session.scalars(query.order_by(Certificate.issued_at.desc())))


def free_sequence(occasion: str, kind: str, now: datetime) -> int | None:
    """Return the number of the next certificate of an occasion; None while one holds that needs no renewal.

    One statement, so that of two at once both count alike, and the second meets the unique key.
    """
    is_lasting = Certificate.expires_at.is_(None) | (
        Certificate.expires_at >= rules.renewable_until(now)
    )
    query = select(
        func.coalesce(func.max(Certificate.sequence), 0) + 1,
        func.count().filter(Certificate.is_current() & is_lasting),
    ).where(Certificate.occasion == occasion, Certificate.kind == kind)
    sequence, lasting_count = db.session.execute(query).one()
    return None if lasting_count else int(sequence)


def file_of(certificate: Certificate) -> CertificateFile | None:
    """Return size and hash of the drawn PDF; its bytes are read only when asked for."""
    return db.session.get(CertificateFile, certificate.id)


def own_enrolment(person: Person, cohort: str, course: str) -> Enrolment:
    """Return a person's own enrolment, else 404. After a withdrawal it stays where a certificate is."""
    has_certificate = (
        select(Certificate.id).where(Certificate.enrolment_id == Enrolment.id).exists()
    )
    query = (
        select(Enrolment)
        .join(Enrolment.cohort)
        .join(Enrolment.course)
        .where(
            Enrolment.person_id == person.id,
            Cohort.slug == cohort,
            Course.slug == course,
            Enrolment.withdrawn_at.is_(None) | has_certificate,
        )
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def valid_certificates(enrolment_ids: Iterable[int]) -> dict[int, Certificate]:
    """Return the certificate of completion of each enrolment that has one, neither revoked nor replaced.

    Of several the one that holds longest: one that ends may have been issued anew after it was renewed.
    """
    query = select(Certificate).where(
        Certificate.enrolment_id.in_(list(enrolment_ids)),
        Certificate.kind == rules.Kind.COMPLETION,
        Certificate.is_current(),
    )
    end = Certificate.expires_on
    in_order = query.order_by(end.is_(None), end, Certificate.sequence)
    return {one.enrolment_id: one for one in db.session.scalars(in_order) if one.enrolment_id}


def name_of(person_id: int | None) -> str:
    """Return the name of who issued or revoked a certificate that the caller may see."""
    person = db.session.get(Person, person_id) if person_id is not None else None
    return person.name if person else ""


def downloadable(person: Person, number: str) -> Certificate:
    """Return a certificate whose PDF somebody may have, else 404.

    These are the holder, the country's coordinators and officers, and the cohort's coordinators.
    """
    certificate = by_number(number)
    if certificate is None or not (
        certificate.person_id == person.id
        or person.holds("officer", "country", certificate.country_code)
        or person.holds("coordinator", "country", certificate.country_code)
        or _coordinates(person, certificate)
    ):
        raise NotFound
    return certificate


def _coordinates(person: Person, certificate: Certificate) -> bool:
    """Tell whether somebody coordinates the cohort that a certificate was earned in, or its programme."""
    query = (
        select(Cohort.slug, Programme.slug)
        .join(Programme, Programme.id == Cohort.programme_id)
        .where(Cohort.id == certificate.cohort_id)
    )
    cohort, programme = db.session.execute(query).one()
    return person.holds("coordinator", "cohort", cohort) or person.holds(
        "coordinator", "programme", programme
    )


def by_number(text: str) -> Certificate | None:
    """Find a certificate by its number as somebody typed it."""
    return db.session.scalar(
        select(Certificate).where(Certificate.number == numbers.normalise(text))
    )


def next_sequence(certificate: Certificate) -> int:
    """Return the number of the certificate that takes another's place."""
    query = select(func.max(Certificate.sequence) + 1).where(
        Certificate.occasion == certificate.occasion, Certificate.kind == certificate.kind
    )
    return int(db.session.scalar(query) or 1)


def ending(now: datetime) -> list[Certificate]:
    """List the certificates that end within the time of their reminders and that nothing has followed yet."""
    last = now + timedelta(days=max(rules.REMINDED_BEFORE) + 1)
    query = select(Certificate).where(
        Certificate.expires_at.between(now, last),
        Certificate.is_current(),
        Certificate.suspended_at.is_(None),
        Certificate.erased_at.is_(None),
        ~_is_followed(),
    )
    return list(db.session.scalars(query.order_by(Certificate.id)))


def _is_followed() -> ColumnElement[bool]:
    """Ask for certificates that another of the same occasion and kind outlasts."""
    later = aliased(Certificate)
    return (
        select(later.id)
        .where(
            later.occasion == Certificate.occasion,
            later.kind == Certificate.kind,
            later.expires_on.is_(None) | (later.expires_on > Certificate.expires_on),
            later.is_current(),
        )
        .exists()
    )


@dataclass(frozen=True)
class Renewal:
    """How a certificate that ends is renewed."""

    newer: Certificate | None  # it was renewed already, by this one
    final_path: (
        str  # the page of the final assessment; "" where the holder has no place there any more
    )
    opens_on: date
    is_open: bool


def renewal_of(certificate: Certificate) -> Renewal | None:
    """Tell how a certificate is renewed; None where it holds for ever, or does not count any more."""
    is_ended = certificate.revoked_at is not None or certificate.replaced_at is not None
    if certificate.expires_on is None or certificate.enrolment_id is None or is_ended:
        return None
    enrolment = db.session.get_one(Enrolment, certificate.enrolment_id)
    final = outline_of(enrolment.version_id).certificate["final"]
    place = f"/learn/{enrolment.cohort.slug}/{enrolment.course.slug}/{final}"
    newest = newest_of(certificate)
    return Renewal(
        newer=newest if newest.sequence > certificate.sequence else None,
        final_path=place if enrolment.withdrawn_at is None else "",
        opens_on=rules.renewal_opens_on(certificate.expires_on),
        is_open=rules.is_renewable(certificate.expires_at, datetime.now(UTC)),
    )
