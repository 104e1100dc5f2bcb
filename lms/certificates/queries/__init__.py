from __future__ import annotations

from lms.certificates.queries.certificates import (
    by_number,
    certificate_of,
    certificates_of,
    downloadable,
    file_of,
    free_sequence,
    name_of,
    newest_certificate,
    own_enrolment,
    valid_certificates,
)
from lms.certificates.queries.checking import (
    Check,
    checked,
    has_credential,
    number_of_file,
    status_lists_of,
)
from lms.certificates.queries.eligible import (
    Candidate,
    candidates,
    candidates_of,
    completed_without_certificate,
    eligibility_of,
    finished,
    unfinished,
)
from lms.certificates.queries.kept_passes import kept_pass, kept_passes
from lms.certificates.queries.printing import (
    faults_of_credits,
    pictures_of,
    printed_facts,
    with_credits,
)
from lms.certificates.queries.register import register_for, registered

__all__ = [
    "Candidate",
    "Check",
    "by_number",
    "candidates",
    "candidates_of",
    "certificate_of",
    "certificates_of",
    "checked",
    "completed_without_certificate",
    "downloadable",
    "eligibility_of",
    "faults_of_credits",
    "file_of",
    "finished",
    "free_sequence",
    "has_credential",
    "kept_pass",
    "kept_passes",
    "name_of",
    "newest_certificate",
    "number_of_file",
    "own_enrolment",
    "pictures_of",
    "printed_facts",
    "register_for",
    "registered",
    "status_lists_of",
    "unfinished",
    "valid_certificates",
    "with_credits",
]
