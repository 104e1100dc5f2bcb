"""Everything about oneself: take it along, close the account, be erased."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import sessions
from lms.accounts.forms import EraseForm
from lms.accounts.services import personal_data, privacy
from lms.accounts.views import bp
from lms.accounts.views.limits import own_account
from lms.extensions import db, limiter
from lms.web.access import allow
from lms.web.downloads import as_attachment


@bp.get("/account/data", endpoint="data")
@bp.get("/account/data/download", endpoint="data")  # for whoever reloads after the download
@allow()
def data() -> ResponseReturnValue:
    return render_template(
        "accounts/data.html", consents=privacy.consents_of(current_user), person=current_user
    )


@bp.post("/account/data/download")
@allow()
@limiter.limit("10 per hour", key_func=own_account)
def download_data() -> Response:
    content = personal_data.archive_of(sessions.myself())
    db.session.commit()
    return as_attachment(content, name="serai-my-data.zip", media_type="application/zip")


@bp.get("/account/close")
@allow(step_up=True)
def confirm_close() -> ResponseReturnValue:
    return render_template("accounts/close.html")


@bp.post("/account/close")
@allow(step_up=True)
def close() -> ResponseReturnValue:
    personal_data.close_account(current_user)
    sessions.end()
    db.session.commit()
    flash(_("Your account is closed. An administrator can open it again."), "success")
    return redirect(url_for("site.front"), 303)


@bp.get("/account/erase")
@allow(step_up=True)
def confirm_erase() -> ResponseReturnValue:
    return render_template("accounts/erase.html", form=EraseForm())


@bp.post("/account/erase")
@allow(step_up=True)
def erase() -> ResponseReturnValue:
    form = EraseForm()
    if not form.validate_on_submit():
        return render_template("accounts/erase.html", form=form), 422
    person = sessions.myself()
    sessions.end()
    personal_data.erase(person)
    db.session.commit()
    flash(_("Everything that says who you are is erased here."), "success")
    return redirect(url_for("site.front"), 303)
