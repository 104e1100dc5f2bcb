from __future__ import annotations

from lms.certificates.services.details import hide_details
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
from lms.certificates.services.signatories import (
    SignatureRefused,
    add_signatory,
    change_signatory,
    keep_signature,
)
from lms.certificates.services.standing import AlreadyRevoked, revoke_certificate

__all__ = [
    "AlreadyDecided",
    "AlreadyIssued",
    "AlreadyRevoked",
    "Issue",
    "NotEligible",
    "SignatureRefused",
    "add_signatory",
    "change_signatory",
    "decide_kept_pass",
    "hide_details",
    "issue_certificate",
    "issue_certificates",
    "issue_if_eligible",
    "issue_waiting",
    "keep_signature",
    "revoke_certificate",
]
