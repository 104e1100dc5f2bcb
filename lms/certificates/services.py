"""Issuing and revoking. Nothing here commits; receivers of signals never refuse."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.certificates import drawing, queries, rules, signals
from lms.certificates.drawing import PrintedFacts
from lms.certificates.models import Certificate
from lms.cohorts.models import Enrolment
from lms.cohorts.queries import country_name
from lms.courses.queries import outline_of
from lms.errors import Conflict, LmsError
from lms.extensions import db
from lms.jobs.services import enqueue
from lms.lib import numbers


class NotEligible(LmsError):
    status = 409
    message = _l("This person does not meet the conditions any more. Open the list again to see what is missing.")


class AlreadyIssued(Conflict):
    message = _l("This certificate was issued already.")


class AlreadyRevoked(Conflict):
    message = _l("This certificate was revoked already.")


def issue_if_eligible(enrolment_id: int) -> Certificate | None:
    """Issue in the moment of passing, where the course says so. Answers None where something is missing."""
    enrolment = db.session.get_one(Enrolment, enrolment_id)
    if outline_of(enrolment.version_id).certificate["issue"] != "automatic":
        return None
    if queries.certificate_of(enrolment_id) is not None or not queries.eligibility_of(enrolment).is_met:
        return None
    return _issue(enrolment, issuer=None)


def issue_waiting(person: Person) -> None:
    """After a name was confirmed: issue what waited only for it."""
    for enrolment_id in queries.completed_without_certificate(person):
        issue_if_eligible(enrolment_id)


def issue_certificate(officer: Person, enrolment: Enrolment) -> Certificate:
    """Issue one certificate as an officer. The conditions are looked at again, in this transaction."""
    if queries.certificate_of(enrolment.id) is not None:
        raise AlreadyIssued
    if not queries.eligibility_of(enrolment).is_met:
        raise NotEligible
    return _issue(enrolment, issuer=officer)


def _issue(enrolment: Enrolment, issuer: Person | None) -> Certificate:
    now = datetime.now(UTC)
    issued_on = now.astimezone(ZoneInfo(enrolment.cohort.time_zone)).date()
    number = numbers.new_number(enrolment.cohort.country_code, issued_on.year)
    certificate = Certificate(
        number=number,
        enrolment_id=enrolment.id,
        person_id=enrolment.person_id,
        country_code=enrolment.cohort.country_code,
        kind=rules.KIND,
        sequence=queries.next_sequence(enrolment.id),
        facts=drawing.to_json(printed_facts(enrolment, number, issued_on)),
        issued_at=now,
        issued_on=issued_on,
        issued_by_id=issuer.id if issuer else None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(certificate)
    except IntegrityError as error:  # two officers, or a double click
        raise AlreadyIssued from error
    _tell(certificate, enrolment)
    return certificate


def _tell(certificate: Certificate, enrolment: Enrolment) -> None:
    audit.record(
        "issue_certificate", "certificate", certificate.number, country_code=certificate.country_code,
        person=certificate.person_id, facts=certificate.facts,
    )  # fmt: skip
    enqueue("draw_certificate", certificate_id=certificate.id)
    signals.issued.send(
        enrolment.person,
        number=certificate.number,
        course_title=certificate.facts["course_title"],
        page_path=f"/learn/{enrolment.cohort.slug}/{enrolment.course.slug}/certificate",
    )


def printed_facts(enrolment: Enrolment, number: str, issued_on: date) -> PrintedFacts:
    """Return everything that will be printed; frozen with the certificate."""
    person, cohort = enrolment.person, enrolment.cohort
    outline = outline_of(enrolment.version_id)
    second = cohort.certificate_language
    public_url = current_app.config["PUBLIC_URL"].rstrip("/")
    return PrintedFacts(
        number=number,
        name_latin=person.name_latin,
        name_native=person.name_native,
        native_language=person.language,
        course_title=outline.title("en"),
        course_title_native=outline.title(second) if second in outline.languages else "",
        steps=len(outline.steps),
        hours=outline.hours,
        cohort=cohort.title,
        cohort_native=country_name(cohort.country_code, second),
        issued_on=issued_on,
        second_language=second,
        signatory_role=cohort.programme.signatory_role,
        programme=cohort.programme.title,
        verify_url=f"{public_url}/v/{number}",
        verify_page=public_url.partition("://")[2] + "/verify",
    )


def revoke_certificate(officer: Person, certificate: Certificate, *, reason: str, note: str) -> None:
    """Revoke with a public reason class and a note for the register. The document itself is never changed."""
    if certificate.is_revoked:
        raise AlreadyRevoked
    certificate.revoked_at = datetime.now(UTC)
    certificate.revoked_by_id = officer.id
    certificate.revocation_reason = reason
    certificate.revocation_note = note
    audit.record(
        "revoke_certificate", "certificate", certificate.number, country_code=certificate.country_code,
        reason=note, reason_class=reason,
    )  # fmt: skip
    holder = db.session.get_one(Person, certificate.person_id)
    signals.revoked.send(holder, number=certificate.number, course_title=certificate.facts["course_title"])
