"""Issuing. Nothing here commits; receivers of signals never refuse."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import structlog
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.certificates import drawing, queries, signals
from lms.certificates.models import Certificate
from lms.certificates.rules import Choices
from lms.certificates.services import register
from lms.cohorts.models import Enrolment
from lms.courses.queries import outline_of
from lms.errors import Conflict, LmsError
from lms.extensions import db
from lms.jobs.services import enqueue
from lms.lib import numbers
from lms.lib.fonts import FontsUnknown

log = structlog.get_logger()


class NotEligible(LmsError):
    status = 409
    message = _l(
        "This person does not meet the conditions, so no certificate was issued."
        " Open the list again: it says what is missing."
    )


class AlreadyIssued(Conflict):
    message = _l("This certificate was issued already. You find it in the register.")


def issue_if_eligible(enrolment_id: int) -> Certificate | None:
    """Issue in the moment of passing, where the course says so. Answers None where something is missing.

    A pass is never undone by what happens here: what cannot be decided now waits for an officer.
    """
    enrolment = db.session.get_one(Enrolment, enrolment_id)
    if outline_of(enrolment.version_id).certificate["issue"] != "automatic":
        return None
    try:
        return issue_certificate(None, enrolment)
    except (AlreadyIssued, NotEligible):
        return None
    except FontsUnknown:
        log.exception("certificate_not_issued", enrolment_id=enrolment_id)
        return None


def issue_waiting(person: Person) -> None:
    """After a name was confirmed: issue what waited only for it."""
    for enrolment_id in queries.completed_without_certificate(person):
        issue_if_eligible(enrolment_id)


def issue_certificate(
    officer: Person | None,
    enrolment: Enrolment,
    choices: Choices = Choices(),  # noqa: B008 - it is frozen
) -> Certificate:
    """Issue one certificate; no officer means: in the moment of passing.

    The conditions are looked at again, in this transaction.

    Raises:
        AlreadyIssued: there is a valid one; of two at once, the second is refused.
        NotEligible: something is missing.
    """
    sequence = queries.free_sequence(enrolment.id, choices.kind)
    if sequence is None:
        raise AlreadyIssued
    if not queries.eligibility_of(enrolment).is_met:
        raise NotEligible
    certificate = _new_certificate(enrolment, sequence, officer, choices)
    try:
        with db.session.begin_nested():
            db.session.add(certificate)
    except IntegrityError as error:  # two officers, or a double click
        raise AlreadyIssued from error
    _tell(certificate, enrolment)
    return certificate


@dataclass
class Issue:
    """What came of issuing to many."""

    issued: list[Certificate] = field(default_factory=list)
    had_one: list[Enrolment] = field(default_factory=list)
    not_eligible: list[Enrolment] = field(default_factory=list)


def issue_certificates(officer: Person, enrolments: Iterable[Enrolment]) -> Issue:
    """Issue to each who is due one; a second press, or a second officer, changes nothing."""
    issue = Issue()
    for enrolment in enrolments:
        try:
            issue.issued.append(issue_certificate(officer, enrolment))
        except AlreadyIssued:
            issue.had_one.append(enrolment)
        except NotEligible:
            issue.not_eligible.append(enrolment)
    if issue.not_eligible and not issue.issued and not issue.had_one:
        raise NotEligible
    return issue


def _new_certificate(
    enrolment: Enrolment, sequence: int, issuer: Person | None, choices: Choices
) -> Certificate:
    now = datetime.now(UTC)
    issued_on = now.astimezone(ZoneInfo(enrolment.cohort.time_zone)).date()
    number = numbers.new_number(enrolment.cohort.country_code, issued_on.year)
    facts = queries.printed_facts(enrolment, number, issued_on, choices)
    return Certificate(
        number=number,
        occasion=f"enrolment:{enrolment.id}",
        enrolment_id=enrolment.id,
        cohort_id=enrolment.cohort_id,
        course_id=enrolment.course_id,
        salt=secrets.token_bytes(32),
        person_id=enrolment.person_id,
        country_code=enrolment.cohort.country_code,
        kind=choices.kind,
        layout=choices.layout,
        sequence=sequence,
        facts=drawing.to_json(queries.with_credits(facts, enrolment.cohort)),
        issued_at=now,
        issued_on=issued_on,
        issued_by_id=issuer.id if issuer else None,
    )


def _tell(certificate: Certificate, enrolment: Enrolment) -> None:
    audit.record(
        "issue_certificate",
        "certificate",
        certificate.number,
        country_code=certificate.country_code,
        person=certificate.person_id,
        person_id=certificate.person_id,
        personal={"facts": certificate.facts},  # they print the name
    )
    register.append(certificate, "issue")
    enqueue("draw_certificate", certificate_id=certificate.id)
    signals.issued.send(
        enrolment.person,
        number=certificate.number,
        course_title=certificate.facts["course_title"],
        page_path=f"/learn/{enrolment.cohort.slug}/{enrolment.course.slug}/certificate",
    )
