from __future__ import annotations

from lms.certificates.services.issuing import (
    AlreadyIssued,
    Issue,
    NotEligible,
    issue_certificate,
    issue_certificates,
    issue_if_eligible,
    issue_waiting,
)
from lms.certificates.services.kept_passes import AlreadyDecided, decide_kept_pass
from lms.certificates.services.standing import AlreadyRevoked, revoke_certificate

__all__ = [
    "AlreadyDecided",
    "AlreadyIssued",
    "AlreadyRevoked",
    "Issue",
    "NotEligible",
    "decide_kept_pass",
    "issue_certificate",
    "issue_certificates",
    "issue_if_eligible",
    "issue_waiting",
    "revoke_certificate",
]
