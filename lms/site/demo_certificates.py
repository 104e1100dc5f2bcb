"""What has become of the demonstration's certificates, and who signs them."""

from __future__ import annotations

from typing import Any

from lms.accounts.models import Person
from lms.certificates import services as certificates
from lms.certificates.models import Certificate
from lms.cohorts.models import Programme


def name_signatory(programme: Programme, facts: dict[str, Any]) -> None:
    """Let somebody sign from the programme's beginning on, without a scanned signature."""
    certificates.add_signatory(
        programme,
        {
            **facts,
            "office_from": programme.starts_on,
            "office_until": None,
            "signature_sha256": None,
        },
    )


def settle(officer: Person, certificate: Certificate, facts: dict[str, Any]) -> None:
    """Revoke, suspend or replace a learner's certificate, or ask for another name on it, as the facts say."""
    note = "Demonstration."
    if "revoked" in facts:
        certificates.revoke_certificate(officer, certificate, reason=facts["revoked"], note=note)
    if facts.get("is_suspended"):
        certificates.suspend_certificate(officer, certificate, reason=note)
    if facts.get("is_replaced"):
        certificates.replace_certificate(officer, certificate, reason=note)
