"""When X happens, do Y; which pages and commands there are. One line each."""

from __future__ import annotations

from flask import Flask

from lms.accounts import jobs as account_jobs
from lms.accounts import own_data as account_data
from lms.accounts import rules as account_rules
from lms.accounts import signals as account_signals
from lms.accounts import views as accounts
from lms.accounts.services import personal_data
from lms.accounts.services.approvals import APPROVED
from lms.audit.cli import audit_cli
from lms.authoring import views as authoring
from lms.certificates import batching, drawing, revoking
from lms.certificates import jobs as certificate_jobs
from lms.certificates import own_data as certificate_data
from lms.certificates import queries as certificate_queries
from lms.certificates import services as certificates
from lms.certificates import signals as certificate_signals
from lms.certificates import views as certificate_views
from lms.certificates.cli import keys_cli, register_cli
from lms.cohorts import jobs as cohort_jobs
from lms.cohorts import own_data as cohort_data
from lms.cohorts import signals as cohort_signals
from lms.cohorts import views as cohorts
from lms.courses import views as courses
from lms.courses.checks import items as item_checks
from lms.courses.checks import quizzes as quiz_checks
from lms.courses.cli import courses_cli
from lms.delegations import digests as delegation_digests
from lms.delegations import handing_over
from lms.delegations import jobs as delegation_jobs
from lms.delegations import views as delegations
from lms.jobs.cli import worker
from lms.jobs.recurring import RECURRING, forget_old_runs
from lms.jobs.rules import daily, hourly
from lms.jobs.services import AT_START, HANDLERS
from lms.learning import digests as learning_digests
from lms.learning import views as learning
from lms.notices import jobs as notice_jobs
from lms.notices import own_data as notice_data
from lms.notices import services as notices
from lms.notices import views as notice_views
from lms.notices.cli import notices_cli
from lms.progress import own_data as progress_data
from lms.progress import services as progress
from lms.progress import signals as progress_signals
from lms.quizzes import items as quiz_items
from lms.quizzes import jobs as quiz_jobs
from lms.quizzes import own_data as quiz_data
from lms.quizzes import signals as quiz_signals
from lms.quizzes import views as quizzes
from lms.site import approving, erasing
from lms.site import views as site
from lms.site.cli import lms_cli

BLUEPRINTS = (
    site.bp,
    site.admin,
    accounts.bp,
    notice_views.bp,
    courses.bp,
    cohorts.bp,
    quizzes.bp,
    certificate_views.bp,
    learning.bp,
    learning.calendar_bp,
    delegations.bp,
    delegations.programme_bp,
    authoring.bp,
)


def connect(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in (courses_cli, audit_cli, keys_cli, notices_cli, register_cli, worker):
        lms_cli.add_command(command)
    app.cli.add_command(lms_cli)
    connect_signals()
    register_approvals()
    register_handlers()
    register_certificate_handlers()
    register_contributors()


def connect_signals() -> None:
    """Connect each once, however often this runs: blinker sees to that."""
    account_signals.link_requested.connect(notices.send_sign_in_link)
    account_signals.approval_asked.connect(notices.tell_deciders)
    account_signals.approval_decided.connect(notices.tell_asker)
    account_signals.name_confirmed.connect(certificates.issue_waiting)
    cohort_signals.invited.connect(notices.send_invitation)
    quiz_signals.attempt_marked.connect(progress.record_attempt)
    quiz_signals.attempt_marked.connect(certificates.renew_after)
    progress_signals.course_completed.connect(certificates.issue_if_eligible)
    certificate_signals.issued.connect(notices.send_certificate_issued)
    certificate_signals.revoked.connect(notices.send_certificate_revoked)
    certificate_signals.suspended.connect(notices.send_certificate_suspended)
    certificate_signals.lifted.connect(notices.send_certificate_lifted)
    certificate_signals.replaced.connect(notices.send_certificate_replaced)


def register_approvals() -> None:
    APPROVED["erase_person"] = erasing.ERASING
    APPROVED["grant_role"] = approving.GRANTING
    APPROVED["hand_over"] = handing_over.HANDING_OVER
    APPROVED["issue_certificates"] = batching.ISSUING
    APPROVED["open_course"] = approving.OPENING_COURSE
    APPROVED["revoke_certificate"] = revoking.REVOKING


def register_handlers() -> None:
    HANDLERS["send_sign_in_link"] = account_jobs.send_sign_in_link
    HANDLERS["send_reminders"] = delegation_jobs.send_reminders
    HANDLERS["apply_reminder_rules"] = delegation_jobs.apply_reminder_rules
    RECURRING["apply_reminder_rules"] = daily(hour=4)  # morning from the Caucasus to Kyrgyzstan
    HANDLERS["begin_digests"] = notice_jobs.begin_digests
    HANDLERS["write_digests"] = notice_jobs.write_digests
    RECURRING["begin_digests"] = hourly
    notices.DIGESTS["learning_digest"] = learning_digests.tell
    notices.DIGESTS["delegation_digest"] = delegation_digests.tell
    HANDLERS["send_message"] = notice_jobs.send_message
    HANDLERS["forget_last_words"] = notice_jobs.forget_last_words
    RECURRING["forget_last_words"] = daily(hour=2)
    HANDLERS["hand_in_overdue"] = quiz_jobs.hand_in_overdue
    HANDLERS["regrade"] = quiz_jobs.regrade
    HANDLERS["read_import"] = cohort_jobs.read_import
    HANDLERS["add_imported"] = cohort_jobs.add_imported
    HANDLERS["write_to_imported"] = cohort_jobs.write_to_imported
    HANDLERS["let_expired_go"] = cohort_jobs.let_expired_go
    HANDLERS["let_expired_go_in"] = cohort_jobs.let_expired_go_in
    RECURRING["let_expired_go"] = hourly
    HANDLERS["show_new_names"] = cohort_jobs.show_new_names
    RECURRING["show_new_names"] = daily(hour=0)
    HANDLERS["forget_imports"] = cohort_jobs.forget_imports
    HANDLERS["tell_due_dates"] = quiz_jobs.tell_due_dates
    HANDLERS["forget_old_runs"] = forget_old_runs
    RECURRING["forget_old_runs"] = daily(hour=2)
    RECURRING["forget_imports"] = daily(hour=2)
    item_checks.ITEM_CHECKS[:] = [quiz_items.check]
    quiz_checks.SCORED_CHECKS[:] = [quiz_items.is_scored]
    account_rules.NAME_CHECKS[:] = [drawing.missing_letters]
    account_rules.NAME_LOCKS[:] = [certificate_queries.name_lock]


def register_certificate_handlers() -> None:
    AT_START[:] = [certificate_jobs.make_keys]
    HANDLERS["draw_certificate"] = certificate_jobs.draw_certificate
    HANDLERS["issue_row"] = certificate_jobs.issue_row
    HANDLERS["tell_batch"] = certificate_jobs.tell_batch
    HANDLERS["remind_of_expiry"] = certificates.remind_of_expiry
    RECURRING["remind_of_expiry"] = daily(hour=5)  # before the working day from the Balkans on
    HANDLERS["sign_head"] = certificate_jobs.sign_head
    HANDLERS["tell_witnesses"] = certificate_jobs.tell_witnesses
    RECURRING["tell_witnesses"] = daily(hour=1)
    HANDLERS["append_missing"] = certificate_jobs.append_missing
    RECURRING["append_missing"] = daily(hour=0)
    HANDLERS["sign_status_lists"] = certificate_jobs.sign_status_lists
    RECURRING["sign_status_lists"] = daily(hour=1)


def register_contributors() -> None:
    """Say which part of a person's data each package keeps; the highest first, it may ask those below."""
    personal_data.CONTRIBUTORS[:] = [
        personal_data.Contributor(
            name, part.export, part.erase, getattr(part, "files", personal_data.no_files)
        )
        for name, part in (
            ("certificates", certificate_data),
            ("progress", progress_data),
            ("quizzes", quiz_data),
            ("cohorts", cohort_data),
            ("notices", notice_data),
            ("accounts", account_data),
        )
    ]
