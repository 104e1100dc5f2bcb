"""Issuing. Nothing here commits; receivers of signals never refuse."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import structlog
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.certificates import drawing, queries, rules, signals
from lms.certificates.models import Certificate
from lms.certificates.queries import Occasion
from lms.certificates.rules import USUAL, Choices, Kind
from lms.certificates.services import register
from lms.cohorts.models import Enrolment
from lms.courses.queries import outline_of
from lms.errors import Conflict, LmsError
from lms.extensions import db
from lms.jobs.services import enqueue
from lms.lib import numbers
from lms.lib.fonts import FontsUnknown
from lms.quizzes.models import Attempt

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


def renew_after(attempt: Attempt) -> None:
    """After the final assessment was passed once more: issue the certificate that follows on one that ends."""
    enrolment = attempt.enrolment
    if not attempt.is_passed or enrolment.withdrawn_at is not None:
        return
    held = queries.certificate_of(enrolment.id)
    if held is not None and rules.is_renewable(held.expires_at, datetime.now(UTC)):
        issue_if_eligible(enrolment.id)


def issue_waiting(person: Person) -> None:
    """After a name was confirmed: issue what waited only for it."""
    for enrolment_id in queries.completed_without_certificate(person):
        issue_if_eligible(enrolment_id)


def issue_held_up(certificate: Certificate) -> None:
    """After a suspension was lifted: issue what waited only for that, of the course and in whatever cohort."""
    if certificate.kind == Kind.COMPLETION and certificate.enrolment_id is not None:
        issue_if_eligible(certificate.enrolment_id)  # the one that follows, where it was earned
    person = db.session.get_one(Person, certificate.person_id)
    for enrolment_id in queries.completed_without_certificate(person):
        if db.session.get_one(Enrolment, enrolment_id).course_id == certificate.course_id:
            issue_if_eligible(enrolment_id)


def issue_certificate(
    officer: Person | None,
    occasion_or_enrolment: str | Enrolment | Occasion,
    choices: Choices = USUAL,
    *,
    batch_id: int | None = None,
    replaces: Certificate | None = None,
) -> Certificate:
    """Issue one certificate; no officer means: in the moment of passing.

    The conditions are looked at again, in this transaction. One that ends is followed by another: it stays as it is.

    Args:
        officer: who issues.
        occasion_or_enrolment: what it is earned by; "enrolment:12", "instructor:PERSON:COHORT:COURSE".
        choices: kind, layout, language and who signs; with a date where one was confirmed.
        batch_id: of the certificates that were asked for together.
        replaces: the one whose name was wrong or is changed; the new one says all else that it says.

    Raises:
        AlreadyIssued: there is one that holds; of two at once, the second is refused.
        NotEligible: something is missing.
    """
    occasion = queries.occasion_of(occasion_or_enrolment)
    audit.begin_row()  # the log first, then rows, everywhere: so no two wait for each other
    certificate = (
        _new_certificate(occasion, choices)
        if replaces is None
        else _in_place_of(replaces, occasion)
    )
    certificate.issued_by_id, certificate.batch_id = officer.id if officer else None, batch_id
    try:
        with db.session.begin_nested():
            db.session.add(certificate)
    except IntegrityError as error:  # two officers, or a double click
        raise AlreadyIssued from error
    _tell(certificate, occasion, is_silent=replaces is not None)
    return certificate


def _new_certificate(occasion: Occasion, choices: Choices) -> Certificate:
    """Make what is due now, or raise."""
    now, confirmed = datetime.now(UTC), choices.confirmed
    issued_on = confirmed.issued_on if confirmed else occasion.cohort.day_at(now)
    sequence = queries.free_sequence(occasion.key, choices.kind, now)
    if sequence is None:
        raise AlreadyIssued
    if not queries.eligibility_of(occasion, choices=choices).is_met:
        raise NotEligible
    number = numbers.new_number(occasion.cohort.country_code, issued_on.year)
    facts = queries.printed_facts(occasion, number, issued_on, choices)
    return Certificate(
        number=number,
        **_of_occasion(occasion),
        kind=choices.kind,
        layout=choices.layout,
        sequence=sequence,
        facts=drawing.to_json(queries.with_credits(facts, occasion.cohort)),
        grounds=_grounds(occasion, choices.kind),
        issued_at=now,
        issued_on=issued_on,
        expires_on=facts.expires_on,
        expires_at=occasion.cohort.end_of(facts.expires_on) if facts.expires_on else None,
        salt=secrets.token_bytes(32),
    )


def _of_occasion(occasion: Occasion) -> dict[str, Any]:
    return {
        "occasion": occasion.key,
        "enrolment_id": occasion.enrolment.id if occasion.enrolment else None,
        "person_id": occasion.person.id,
        "cohort_id": occasion.cohort.id,
        "course_id": occasion.course.id,
        "country_code": occasion.cohort.country_code,
    }


def _grounds(occasion: Occasion, kind: str) -> dict[str, Any]:
    """Keep how each condition was met; nothing in it tells who it was."""
    outline = outline_of(occasion.version_id)
    confirmed_at = occasion.person.name_confirmed_at
    grounds: dict[str, Any] = {
        "version_id": occasion.version_id,
        "name_confirmed_on": confirmed_at.date().isoformat() if confirmed_at else None,
    }
    if occasion.enrolment is None:
        return {**grounds, "teaches": outline.slug}
    texts = [step for step in outline.steps if step.kind != "quiz"]
    if kind != Kind.COMPLETION:
        return {**grounds, "steps": len(texts)}
    grounds |= {"steps": len(texts), "quizzes": len(outline.steps) - len(texts)}
    passed = queries.best_pass(occasion.enrolment)
    if passed is not None:
        grounds["final"] = {
            "quiz": passed.quiz,
            "attempt": passed.number,
            "score_percent": passed.score_percent,
            "pass_percent": passed.pass_percent,
            "handed_in_on": passed.submitted_at.date().isoformat() if passed.submitted_at else None,
        }
    return grounds


def _in_place_of(old: Certificate, occasion: Occasion) -> Certificate:
    """Make the same certificate in the name that its holder bears now, or raise.

    After a merger the holder is another account than the one that the occasion names.
    """
    occasion = replace(occasion, person=db.session.get_one(Person, old.person_id))
    now = datetime.now(UTC)
    issued_on = occasion.cohort.day_at(now)
    number = numbers.new_number(old.country_code, issued_on.year)
    facts = queries.renamed(old, occasion.person, number, issued_on)
    printed = rules.Record(**queries.printed_part(occasion.person, facts))
    if not rules.reissue_eligibility(printed).is_met:
        raise NotEligible
    return Certificate(
        number=number,
        **_of_occasion(occasion),
        kind=old.kind,
        layout=old.layout,
        sequence=queries.next_sequence(old),
        facts=drawing.to_json(facts),
        grounds=old.grounds,
        issued_at=now,
        issued_on=issued_on,
        expires_on=old.expires_on,
        expires_at=old.expires_at,
        are_details_hidden=old.are_details_hidden,
        salt=secrets.token_bytes(32),
    )


def _tell(certificate: Certificate, occasion: Occasion, *, is_silent: bool) -> None:
    """Log it, have it drawn, and write to its holder; of a replacement the holder is told once, as of that."""
    audit.record(
        "issue_certificate",
        "certificate",
        certificate.number,
        country_code=certificate.country_code,
        actor_id=certificate.issued_by_id,
        person=certificate.person_id,
        person_id=certificate.person_id,
        kind=certificate.kind,
        personal={"facts": certificate.facts},  # they print the name
    )
    register.append(certificate, "issue")
    enqueue("draw_certificate", certificate_id=certificate.id)
    if not is_silent:
        signals.issued.send(
            occasion.person,
            number=certificate.number,
            course_title=certificate.facts["course_title"],
            page_path=queries.page_path(occasion, certificate.number),
            kind=certificate.kind,
        )
