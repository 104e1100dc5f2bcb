"""One function per message, and what somebody wants to be told.

Each message is written now, in the reader's language; the sending is left to a job.
"""

from lms.notices.services.accounts import send_data_erased, send_sign_in_link
from lms.notices.services.approvals import tell_asker, tell_deciders
from lms.notices.services.bounces import (
    clear_bounce,
    forget_soft_bounce,
    note_bounce,
    note_reports,
)
from lms.notices.services.calendar import calendar_secret, person_of_calendar, renew_calendar
from lms.notices.services.certificates import (
    send_batch_done,
    send_certificate_expiring,
    send_certificate_issued,
    send_certificate_lifted,
    send_certificate_replaced,
    send_certificate_revoked,
    send_certificate_suspended,
    send_name_change_asked,
    send_name_change_decided,
    send_register_head,
)
from lms.notices.services.changes import (
    send_came_back,
    send_delegation_handed_over,
    send_delegation_taken_over,
    send_due_dates_moved,
    send_left_cohort,
    send_moved_cohort,
    send_moved_version,
)
from lms.notices.services.choices import (
    choose,
    mark_all_read,
    mark_read,
    person_of_link,
    stop,
    words_of,
)
from lms.notices.services.cohorts import (
    invitation_preview,
    preview_reminder,
    send_coordinator_message,
    send_invitation,
    send_invitation_proof,
    send_reminder,
)
from lms.notices.services.digests import DIGESTS, begin_digests, write_digests
from lms.notices.services.imports import send_added_to_cohort, send_import_finished
from lms.notices.services.nominations import (
    Addressee,
    Decision,
    send_decisions,
    send_joined,
    send_nominated,
    send_nomination_declined,
    send_nomination_withdrawn,
    send_place_given,
    send_waiting_list,
)
from lms.notices.services.questions import send_question_answered, send_question_asked
from lms.notices.services.quizzes import (
    send_answers_marked,
    send_attempt_reopened,
    send_pass_decided,
    send_score_corrected,
)

__all__ = [
    "DIGESTS",
    "Addressee",
    "Decision",
    "begin_digests",
    "calendar_secret",
    "choose",
    "clear_bounce",
    "forget_soft_bounce",
    "invitation_preview",
    "mark_all_read",
    "mark_read",
    "note_bounce",
    "note_reports",
    "person_of_calendar",
    "person_of_link",
    "preview_reminder",
    "renew_calendar",
    "send_added_to_cohort",
    "send_answers_marked",
    "send_attempt_reopened",
    "send_batch_done",
    "send_came_back",
    "send_certificate_expiring",
    "send_certificate_issued",
    "send_certificate_lifted",
    "send_certificate_replaced",
    "send_certificate_revoked",
    "send_certificate_suspended",
    "send_coordinator_message",
    "send_data_erased",
    "send_decisions",
    "send_delegation_handed_over",
    "send_delegation_taken_over",
    "send_due_dates_moved",
    "send_import_finished",
    "send_invitation",
    "send_invitation_proof",
    "send_joined",
    "send_left_cohort",
    "send_moved_cohort",
    "send_moved_version",
    "send_name_change_asked",
    "send_name_change_decided",
    "send_nominated",
    "send_nomination_declined",
    "send_nomination_withdrawn",
    "send_pass_decided",
    "send_place_given",
    "send_question_answered",
    "send_question_asked",
    "send_register_head",
    "send_reminder",
    "send_score_corrected",
    "send_sign_in_link",
    "send_waiting_list",
    "stop",
    "tell_asker",
    "tell_deciders",
    "words_of",
    "write_digests",
]
