"""Who is due a certificate, issuing, the register."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import (
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.certificates import queries, services
from lms.certificates.forms import KeptPassForm
from lms.certificates.views import bp
from lms.cohorts.models import Enrolment
from lms.cohorts.queries import country_name
from lms.extensions import db
from lms.quizzes.models import ScoreChange
from lms.quizzes.queries import quiz_of_attempt
from lms.web.access import Role, allow
from lms.web.pages import paged

READY_SIZE = 100  # people on one page: their boxes travel in one address
DECISION = "/certificates/kept-passes/<int:change_id>"


@bp.get("/certificates")
@bp.get("/certificates/register")
@allow(Role.OFFICER)
def register() -> ResponseReturnValue:
    search = request.args.get("q", "").strip()
    page = paged(queries.register_for(current_user, search))
    return render_template("certificates/register.html", page=page, search=search)


@bp.get("/certificates/eligible")
@allow(Role.OFFICER)
def eligible() -> ResponseReturnValue:
    finished = queries.finished(current_user)
    ready = [line for line in finished if line.eligibility.is_met]
    page = paged(queries.unfinished(current_user))
    return render_template(
        "certificates/eligible.html",
        tab="not-yet" if request.args.get("tab") == "not-yet" else "ready",
        ready=ready,
        shown=ready[:READY_SIZE],
        waiting=[line for line in finished if not line.eligibility.is_met],
        page=page,
        unfinished=queries.candidates(page.rows),
        country_name=country_name,
    )


def _chosen() -> list[Enrolment]:
    typed = request.values.getlist("enrolment")[:READY_SIZE]
    ids = [int(value) for value in typed if value.isdecimal() and len(value) < 10]
    return queries.candidates_of(current_user, ids)


@bp.get("/certificates/issue")
@allow(Role.OFFICER)
def confirm_issue() -> ResponseReturnValue:
    """Say once more how many, to whom, for what, before anything is issued."""
    chosen = queries.candidates(_chosen())
    if not chosen:
        flash(_("Choose at least one person."), "warning")
        return redirect(url_for(".eligible"), 303)
    held = [line for line in chosen if queries.certificate_of(line.enrolment.id)]
    return render_template(
        "certificates/confirm_issue.html",
        held=held,
        ready=[line for line in chosen if line not in held and line.eligibility.is_met],
        not_ready=[line for line in chosen if line not in held and not line.eligibility.is_met],
        today_in=lambda time_zone: datetime.now(ZoneInfo(time_zone)).date(),
        country_name=country_name,
    )


@bp.post("/certificates/issue")
@allow(Role.OFFICER, step_up=True)
def issue() -> ResponseReturnValue:
    chosen = _chosen()
    if not chosen:
        flash(_("Choose at least one person."), "warning")
        return redirect(url_for(".eligible"), 303)
    issue = services.issue_certificates(current_user, chosen)
    db.session.commit()
    _say_what_was_issued(issue)
    return redirect(url_for(".register"), 303)


def _say_what_was_issued(issue: services.Issue) -> None:
    if count := len(issue.issued):
        flash(
            ngettext("%(num)d certificate issued.", "%(num)d certificates issued.", count),
            "success",
        )
    for enrolment in issue.had_one:
        name = enrolment.person.name_latin
        flash(_("%(name)s has a certificate already; no second one was issued.", name=name))
    for enrolment in issue.not_eligible:
        name = enrolment.person.name_latin or enrolment.person.name
        flash(
            _("%(name)s: not issued. The list says what is missing.", name=name),
            "warning",
        )


@bp.get("/certificates/kept-passes")
@allow(Role.OFFICER)
def kept_passes() -> ResponseReturnValue:
    """List the passes that a corrected key would not give."""
    page = paged(queries.kept_passes(current_user))
    ids = [change.attempt.enrolment_id for change in page.rows]
    return render_template(
        "certificates/kept_passes.html",
        page=page,
        quiz_of=quiz_of_attempt,
        certificates=queries.valid_certificates(ids),
    )


@bp.get(DECISION)
@allow(Role.OFFICER)
def kept_pass(change_id: int) -> ResponseReturnValue:
    return _kept_pass_page(queries.kept_pass(current_user, change_id), KeptPassForm())


@bp.post(DECISION)
@allow(Role.OFFICER)
def decide_kept_pass(change_id: int) -> ResponseReturnValue:
    change, form = queries.kept_pass(current_user, change_id), KeptPassForm()
    if not form.validate_on_submit():
        return _kept_pass_page(change, form, 422)
    is_withdrawn = form.decision.data == "withdraw"
    reason = form.reason.data or ""
    services.decide_kept_pass(current_user, change, is_withdrawn=is_withdrawn, reason=reason)
    certificate = queries.certificate_of(change.attempt.enrolment_id)
    db.session.commit()
    if is_withdrawn and certificate:
        flash(_("The pass is withdrawn. Decide now about the certificate that rests on it."))
        return redirect(url_for(".one", number=certificate.number), 303)
    done = _("The pass is withdrawn.") if is_withdrawn else _("The pass is kept.")
    flash(done, "success")
    return redirect(url_for(".kept_passes"), 303)


def _kept_pass_page(
    change: ScoreChange, form: KeptPassForm, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "certificates/kept_pass.html",
        change=change,
        quiz=quiz_of_attempt(change.attempt),
        certificate=queries.certificate_of(change.attempt.enrolment_id),
        form=form,
    )
    return page, status
