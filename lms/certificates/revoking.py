"""Revoking takes two officers of the certificate's country: one asks, another agrees. Neither is its holder."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.accounts.models import Approval, Person
from lms.accounts.services import approvals
from lms.certificates import queries
from lms.certificates.models import Certificate
from lms.certificates.rules import REVOCATION_REASONS
from lms.certificates.services import revoke_certificate
from lms.errors import NotFound
from lms.quizzes.services.oneself import refuse_own


def ask_to_revoke(officer: Person, certificate: Certificate, *, reason: str, note: str) -> Approval:
    """Ask for a revocation with a public reason class and a note for the register.

    Raises:
        AboutOneself: it is the officer's own.
    """
    refuse_own(officer, certificate.person_id)
    asked = {"number": certificate.number, "reason_class": reason}
    if asked_for(certificate) is not None:
        raise approvals.AskedAlready
    return approvals.ask(officer, "revoke_certificate", asked, certificate.country_code, note)


def asked_for(certificate: Certificate) -> Approval | None:
    """Return what waits for a second officer, if anything does."""
    waiting = approvals.waiting("revoke_certificate")
    mine = (one for one in waiting if one.arguments["number"] == certificate.number)
    return next(mine, None)


def _may(person: Person, approval: Approval) -> bool:
    is_officer = person.holds("officer", "country", approval.country_code)
    return is_officer and _certificate(approval).person_id != person.id


def _run(approval: Approval) -> None:
    certificate = _certificate(approval)
    revoke_certificate(
        approval.asked_by,
        certificate,
        reason=approval.arguments["reason_class"],
        note=approval.reason,
    )


def _describe(approval: Approval) -> str:
    return _(
        "Revoke the certificate %(number)s of %(person)s: %(reason)s",
        number=approval.arguments["number"],
        person=_certificate(approval).facts["name_latin"],
        reason=REVOCATION_REASONS[approval.arguments["reason_class"]],
    )


def _certificate(approval: Approval) -> Certificate:
    certificate = queries.by_number(approval.arguments["number"])
    if certificate is None:
        raise NotFound
    return certificate


REVOKING = approvals.Action(_may, _run, _describe)
