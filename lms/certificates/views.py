"""The learner's certificate, the officer's lists and register, and the public check."""

from __future__ import annotations

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from lms.certificates import queries, services
from lms.certificates.forms import RevokeForm
from lms.certificates.models import Certificate
from lms.certificates.rules import REVOCATION_REASONS
from lms.cohorts.models import Enrolment
from lms.cohorts.queries import seat_of
from lms.extensions import db, limiter
from lms.lib import numbers
from lms.web.access import Role, allow, public
from lms.web.languages import chosen_language
from lms.web.pages import paged

bp = Blueprint("certificates", __name__)
CHECK_LIMIT = "60 per minute"


@bp.get("/learn/<cohort>/<course>/certificate")
@allow()
def mine(cohort: str, course: str) -> ResponseReturnValue:
    seat = seat_of(current_user, cohort, course)
    certificate = queries.newest_certificate(seat)
    enrolment = db.session.get_one(Enrolment, seat.enrolment_id)
    return render_template(
        "certificates/mine.html",
        seat=seat,
        enrolment=enrolment,
        certificate=certificate,
        file=queries.file_of(certificate) if certificate else None,
        eligibility=queries.eligibility_of(enrolment),
    )


@bp.get("/certificates/<number>.pdf")
@allow()
def download(number: str) -> ResponseReturnValue:
    certificate = queries.downloadable(current_user, number)
    file = queries.file_of(certificate)
    if file is None:
        return render_template("certificates/in_preparation.html", certificate=certificate), 202
    answer = Response(file.pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{certificate.number}.pdf"'
    return answer


@bp.get("/certificates")
@allow(Role.OFFICER)
def register() -> ResponseReturnValue:
    search = request.args.get("q", "")
    page = paged(queries.register_for(current_user, search))
    return render_template("certificates/register.html", page=page, search=search)


@bp.get("/certificates/eligible")
@allow(Role.OFFICER)
def eligible() -> ResponseReturnValue:
    everybody = queries.candidates(current_user)
    return render_template(
        "certificates/eligible.html",
        ready=[line for line in everybody if line.eligibility.is_met],
        not_yet=[line for line in everybody if not line.eligibility.is_met],
        tab="not-yet" if request.args.get("tab") == "not-yet" else "ready",
    )


def _chosen() -> list[Enrolment]:
    ids = [int(value) for value in request.values.getlist("enrolment") if value.isdecimal()]
    return [queries.candidate_of(current_user, enrolment_id) for enrolment_id in dict.fromkeys(ids)]


@bp.get("/certificates/issue")
@allow(Role.OFFICER)
def confirm_issue() -> ResponseReturnValue:
    """Say once more how many, to whom, for what, before anything is issued."""
    chosen = _chosen()
    if not chosen:
        flash(_("Choose at least one person."), "warning")
        return redirect(url_for(".eligible"), 303)
    return render_template("certificates/confirm_issue.html", enrolments=chosen)


@bp.post("/certificates/issue")
@allow(Role.OFFICER)
def issue() -> ResponseReturnValue:
    issued = [services.issue_certificate(current_user, enrolment) for enrolment in _chosen()]
    db.session.commit()
    flash(ngettext("%(num)d certificate issued.", "%(num)d certificates issued.", len(issued)))
    return redirect(url_for(".register"), 303)


@bp.get("/certificates/<number>")
@allow(Role.OFFICER)
def one(number: str) -> ResponseReturnValue:
    return _one_page(queries.registered(current_user, number), RevokeForm())


@bp.post("/certificates/<number>/revoke")
@allow(Role.OFFICER)
def revoke(number: str) -> ResponseReturnValue:
    certificate = queries.registered(current_user, number)
    form = RevokeForm()
    if not form.validate_on_submit():
        return _one_page(certificate, form, 422)
    services.revoke_certificate(current_user, certificate, reason=form.reason.data, note=form.note.data or "")
    db.session.commit()
    flash(_("The certificate is revoked. Its holder was told."))
    return redirect(url_for(".one", number=number), 303)


def _one_page(certificate: Certificate, form: RevokeForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "certificates/one.html", certificate=certificate, file=queries.file_of(certificate), form=form,
        reasons=REVOCATION_REASONS,
    )  # fmt: skip
    return page, status


@bp.get("/verify")
@public
def verify_in_my_language() -> ResponseReturnValue:
    return redirect(url_for(".verify", language=chosen_language()), 303)


@bp.get("/<language:language>/verify")
@public
@limiter.limit(CHECK_LIMIT)
def verify(language: str) -> ResponseReturnValue:
    """The form, and where its number leads: a plain GET, so that it works without a cookie."""
    if number := request.args.get("number", "").strip():
        return redirect(url_for(".verify_number", language=language, number=number), 303)
    return render_template("certificates/verify.html", language=language)


@bp.get("/<language:language>/verify/<number>")
@public
@limiter.limit(CHECK_LIMIT)
def verify_number(language: str, number: str) -> ResponseReturnValue:
    return _answer(number)


@bp.get("/v/<number>")
@public
@limiter.limit(CHECK_LIMIT)
def check(number: str) -> ResponseReturnValue:
    return _answer(number)


@bp.get("/v/<number>.json")
@public
@limiter.limit(CHECK_LIMIT)
def check_json(number: str) -> ResponseReturnValue:
    state, certificate = _look_up(number)
    body: dict[str, object] = {"number": numbers.normalise(number), "status": state}
    if certificate is not None:
        body["facts"] = certificate.facts
        if certificate.revoked_at is not None:
            body["revoked_at"] = certificate.revoked_at.isoformat()
            body["reason"] = certificate.revocation_reason
    return jsonify(body), STATUS[state]


STATUS = {"valid": 200, "revoked": 200, "unknown": 404, "cannot-check": 503}


def _look_up(number: str) -> tuple[str, Certificate | None]:
    """Find a certificate. A failed look-up is its own answer and never "not revoked"."""
    try:
        certificate = queries.by_number(number)
    except SQLAlchemyError:
        db.session.rollback()
        return "cannot-check", None
    if certificate is None:
        return "unknown", None
    return ("revoked" if certificate.is_revoked else "valid"), certificate


def _answer(number: str) -> ResponseReturnValue:
    state, certificate = _look_up(number)
    page = render_template(
        "certificates/check.html",
        state=state,
        certificate=certificate,
        number=numbers.normalise(number),
        fault=numbers.fault(number) if state == "unknown" else None,
        reasons=REVOCATION_REASONS,
    )
    return page, STATUS[state]
