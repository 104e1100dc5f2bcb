"""The own account."""

from __future__ import annotations

from flask import (
    flash,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import queries, services, sessions, zones
from lms.accounts.forms import NewPasswordForm
from lms.accounts.views import bp
from lms.accounts.views.limits import has_failed, own_account
from lms.config import LANGUAGES
from lms.errors import ProofNeeded
from lms.extensions import db, limiter
from lms.web.access import allow, has_proved


@bp.get("/account/password", endpoint="account")
@bp.get("/account", endpoint="account")
@allow()
def account() -> ResponseReturnValue:
    return _account_page(_password_form())


def _password_form() -> NewPasswordForm:
    """Ask for the old password, unless there is none or this session has proved the mailbox just now."""
    knows_mailbox = sessions.way() in sessions.MAILBOX_WAYS and has_proved()
    asks_for_current = current_user.password is not None and not knows_mailbox
    return NewPasswordForm(current_user, asks_for_current=asks_for_current)


def _account_page(form: NewPasswordForm, status: int = 200) -> ResponseReturnValue:
    zone = zones.zone_name(current_user.time_zone)
    page = render_template(
        "accounts/account.html",
        form=form,
        languages=LANGUAGES,
        zone=zone,
        name_lock=services.name_lock(current_user),
        has_app=queries.has_app(current_user),
    )
    return page, status


@bp.post("/account/password")
@allow()
@limiter.limit("10 per 5 minutes", key_func=own_account, deduct_when=has_failed)
def change_password() -> ResponseReturnValue:
    """Set a password; whoever has none to show proves otherwise who sets the first one."""
    if current_user.password is None and not has_proved():
        raise ProofNeeded
    form = _password_form()
    if not form.validate_on_submit():
        return _account_page(form, 422)
    services.change_password(current_user, form.password.data)
    db.session.commit()
    sessions.renew()
    flash(_("Your password is changed. Other devices are signed out."), "success")
    return redirect(url_for(".account"), 303)
