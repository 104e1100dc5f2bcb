"""Proving again who is at the keyboard, before something that matters."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from lms.accounts import services, sessions
from lms.accounts.forms import ConfirmForm
from lms.accounts.views import bp
from lms.accounts.views.limits import CODE_LIMIT, OWN_LINK_LIMIT, PROOF_LIMIT
from lms.errors import ProofNeeded, page
from lms.extensions import db
from lms.web.access import PROVING, allow, own_path


@bp.app_errorhandler(ProofNeeded)
def ask_for_proof(error: ProofNeeded) -> ResponseReturnValue:
    """Ask; what a form has sent waits in the page that asks, and is sent on after the proof."""
    db.session.rollback()
    if request.accept_mimetypes.best == "application/json":
        return page(error.status, str(error.message), proof=True)
    if request.method in {"GET", "HEAD"}:
        here = request.full_path.rstrip("?")
        return redirect(url_for("accounts.confirm", next=here), 303)
    return _confirm_page(ConfirmForm.for_request(current_user), error.status)


@bp.get("/account/confirm")
@allow(policy=PROVING)
def confirm() -> ResponseReturnValue:
    target = own_path(request.args.get("next"), url_for(".account"))
    return _confirm_page(ConfirmForm.for_page(current_user, target))


@bp.post("/account/confirm")
@allow(policy=PROVING)
@PROOF_LIMIT
@CODE_LIMIT
def prove() -> ResponseReturnValue:
    """Take the proof and go on: to a page, or by sending on what a form had sent."""
    form = ConfirmForm(current_user)
    if not form.validate_on_submit():
        return _confirm_page(form, 422)
    sessions.prove(has_factor="proof_code" in form)
    db.session.commit()
    return _go_on(form)


def _go_on(form: ConfirmForm) -> Response:
    """Lead on. With 307 the browser sends the same fields once more, to the page that asked for the proof."""
    target = own_path(form.proof_target.data, url_for(".account"))
    return redirect(target, 307 if form.is_sent_on else 303)


@bp.post("/account/confirm/link")
@allow(policy=PROVING)
@OWN_LINK_LIMIT
def confirm_by_link() -> ResponseReturnValue:
    """E-mail a link to whoever has no password; what was typed waits in this page."""
    form = ConfirmForm(current_user)
    target = "" if form.is_sent_on else own_path(form.proof_target.data)
    services.request_link(current_user.email, target)
    db.session.commit()
    flash(_("A link is on its way to %(address)s.", address=current_user.email), "success")
    return _confirm_page(form)


def _confirm_page(form: ConfirmForm, status: int = 200) -> ResponseReturnValue:
    return render_template("accounts/confirm.html", form=form), status
