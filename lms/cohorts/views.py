"""Accepting an invitation."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security.utils import login_user, logout_user

from lms.accounts import services as accounts
from lms.accounts.queries import person_by_email
from lms.cohorts import services
from lms.cohorts.forms import AcceptForm
from lms.cohorts.models import Invitation
from lms.extensions import db, limiter
from lms.web.access import public

bp = Blueprint("cohorts", __name__)
TOKEN_LIMIT = "60 per 5 minutes"


@bp.get("/invite/<token>")
@public
@limiter.limit(TOKEN_LIMIT)
def invitation(token: str) -> ResponseReturnValue:
    return _page(services.find_invitation(token), token, AcceptForm())


@bp.post("/invite/<token>")
@public
@limiter.limit(TOKEN_LIMIT)
def accept_invitation(token: str) -> ResponseReturnValue:
    found = services.find_invitation(token)
    form = AcceptForm()
    try:
        services.check_open(found)
    except (services.InvitationUsed, services.InvitationExpired) as refusal:
        return _page(found, token, form, refusal.status)
    if not form.validate_on_submit():
        return _page(found, token, form, 422)
    has_account = person_by_email(found.email) is not None
    person = services.accept(found, form.password.data or None)
    if has_account and current_user != person:
        db.session.commit()
        logout_user()
        return redirect(url_for("accounts.sign_in"), 303)  # a link alone never opens an account that exists
    if not has_account:
        login_user(person, authn_via=["invitation"])
        accounts.note_sign_in(person, "invitation")
    db.session.commit()
    return redirect(url_for("accounts.language", first=1), 303)


@bp.post("/invite/<token>/renew")
@public
@limiter.limit("5 per hour")
def renew_invitation(token: str) -> ResponseReturnValue:
    services.renew(services.find_invitation(token))
    db.session.commit()
    return render_template("cohorts/renewed.html")


def _page(found: Invitation, token: str, form: AcceptForm, status: int = 200) -> ResponseReturnValue:
    state = "open"
    try:
        services.check_open(found)
    except services.InvitationUsed:
        state = "used"
    except services.InvitationExpired:
        state = "expired"
    has_account = person_by_email(found.email) is not None
    page = render_template(
        "cohorts/invitation.html", invitation=found, token=token, form=form, state=state, has_account=has_account
    )
    return page, status
