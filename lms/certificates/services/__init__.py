from __future__ import annotations

from lms.certificates.services.batches import (
    SECOND_OFFICER_ABOVE,
    AskedTooLongAgo,
    NobodyChosen,
    ask_for_batch,
    issue_row,
    retry_batch,
    start_batch,
    tell_batch,
)
from lms.certificates.services.details import hide_details
from lms.certificates.services.expiring import remind_of_expiry
from lms.certificates.services.issuing import (
    AlreadyIssued,
    NotEligible,
    issue_certificate,
    issue_if_eligible,
    issue_waiting,
    renew_after,
)
from lms.certificates.services.kept_passes import AlreadyDecided, decide_kept_pass
from lms.certificates.services.name_changes import (
    ChangeDecided,
    ChangeWaits,
    NameCannotBePrinted,
    NameIsFree,
    ask_for_name,
    decide_name_change,
    reissue_all,
)
from lms.certificates.services.signatories import (
    SignatureRefused,
    add_signatory,
    change_signatory,
    keep_signature,
)
from lms.certificates.services.standing import (
    AlreadyReplaced,
    AlreadyRevoked,
    AlreadySuspended,
    NotSuspended,
    lift_suspension,
    replace_certificate,
    revoke_certificate,
    suspend_certificate,
)

__all__ = [
    "SECOND_OFFICER_ABOVE",
    "AlreadyDecided",
    "AlreadyIssued",
    "AlreadyReplaced",
    "AlreadyRevoked",
    "AlreadySuspended",
    "AskedTooLongAgo",
    "ChangeDecided",
    "ChangeWaits",
    "NameCannotBePrinted",
    "NameIsFree",
    "NobodyChosen",
    "NotEligible",
    "NotSuspended",
    "SignatureRefused",
    "add_signatory",
    "ask_for_batch",
    "ask_for_name",
    "change_signatory",
    "decide_kept_pass",
    "decide_name_change",
    "hide_details",
    "issue_certificate",
    "issue_if_eligible",
    "issue_row",
    "issue_waiting",
    "keep_signature",
    "lift_suspension",
    "reissue_all",
    "remind_of_expiry",
    "renew_after",
    "replace_certificate",
    "retry_batch",
    "revoke_certificate",
    "start_batch",
    "suspend_certificate",
    "tell_batch",
]
