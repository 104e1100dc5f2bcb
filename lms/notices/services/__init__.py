"""One function per message.

Each writes the words now, in the reader's language, and leaves the sending to a job.
"""

from lms.notices.services.accounts import send_sign_in_link
from lms.notices.services.certificates import send_certificate_issued, send_certificate_revoked
from lms.notices.services.cohorts import send_invitation, send_invitation_proof, send_reminder
from lms.notices.services.quizzes import (
    send_answers_marked,
    send_attempt_reopened,
    send_pass_decided,
    send_score_corrected,
)

__all__ = [
    "send_answers_marked",
    "send_attempt_reopened",
    "send_certificate_issued",
    "send_certificate_revoked",
    "send_invitation",
    "send_invitation_proof",
    "send_pass_decided",
    "send_reminder",
    "send_score_corrected",
    "send_sign_in_link",
]
