"""What roles and logged actions are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

ROLE_NAMES = {
    "learner": _l("Learner"),
    "mentor": _l("Mentor"),
    "instructor": _l("Instructor"),
    "coordinator": _l("Country coordinator"),
    "officer": _l("Certificate officer"),
    "administrator": _l("Administrator"),
    "auditor": _l("Auditor"),
}
GRANT_NAMES = {
    "learner self": _l("Learner"),
    "mentor cohort": _l("Mentor of one cohort"),
    "instructor course": _l("Instructor of one course"),
    "instructor all": _l("Instructor of every course"),
    "coordinator country": _l("Coordinator of one country"),
    "coordinator cohort": _l("Coordinator of one cohort"),
    "coordinator programme": _l("Coordinator of a whole programme"),
    "officer country": _l("Certificate officer of one country"),
    "officer all": _l("Certificate officer of every country"),
    "administrator all": _l("Administrator"),
    "auditor all": _l("Auditor"),
}
"""Role and scope together; one for each of ``SCOPES_OF_ROLE``."""

ACTION_NAMES = {
    "accept_invitation": _l("Accepted an invitation"),
    "add_institution": _l("Added a public body"),
    "change_password": _l("Changed the password"),
    "change_score": _l("Changed a score"),
    "add_second_factor": _l("Set up one-time codes"),
    "choose_language": _l("Chose a language"),
    "choose_time_zone": _l("Chose a time zone"),
    "confirm_name": _l("Confirmed the name"),
    "correct_key": _l("Corrected a key"),
    "create_person": _l("Made an account"),
    "end_attempt": _l("Ended an attempt"),
    "enrol": _l("Enrolled somebody"),
    "export": _l("Took a table out as a file"),
    "extend_attempt": _l("Lengthened the time of a quiz"),
    "grant_extra_time": _l("Gave extra time"),
    "grant_role": _l("Gave a role"),
    "invite": _l("Invited somebody"),
    "renew_invitation": _l("Let an invitation work again"),
    "issue_certificate": _l("Issued a certificate"),
    "prove_identity": _l("Confirmed who they are"),
    "publish_course": _l("Published a course"),
    "reactivate": _l("Opened an account again"),
    "remove_second_factor": _l("Removed the one-time codes"),
    "remind": _l("Sent a reminder"),
    "renew_recovery_codes": _l("Made new recovery codes"),
    "reopen_attempt": _l("Opened an attempt again"),
    "revoke_certificate": _l("Revoked a certificate"),
    "set_workplace": _l("Said where somebody works"),
    "sign_in": _l("Signed in"),
    "sign_out": _l("Signed out"),
    "set_quiz_window": _l("Set when a quiz is open"),
    "start_attempt": _l("Started a quiz"),
    "submit_attempt": _l("Handed in a quiz"),
    "keep_pass": _l("Kept a pass after a corrected key"),
    "change_mark": _l("Changed the mark of an answer"),
    "mark_answer": _l("Marked an answer"),
    "mark_attempt": _l("The marks of a quiz were settled"),
    "suspend": _l("Suspended an account"),
    "use_recovery_code": _l("Used a recovery code"),
    "withdraw_pass": _l("Withdrew a pass after a corrected key"),
    "withdraw_role": _l("Withdrew a role"),
}
OBJECT_NAMES = {
    "attempt": _l("Attempt"),
    "certificate": _l("Certificate"),
    "cohort": _l("Cohort"),
    "course": _l("Course"),
    "institution": _l("Public body"),
    "invitation": _l("Invitation"),
    "item": _l("Question"),
    "person": _l("Person"),
}
