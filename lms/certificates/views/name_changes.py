"""Asking for another name on certificates, and deciding about it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.certificates import queries, services
from lms.certificates.forms import DecideNameForm, NameChangeForm
from lms.certificates.models import NameChange
from lms.certificates.views import bp
from lms.extensions import db
from lms.web.access import Role, allow
from lms.web.pages import paged

CHANGE = "/certificates/name-changes/<int:name_change_id>"


@bp.get(queries.ASK)
@allow()
def own_name() -> ResponseReturnValue:
    if not queries.name_lock(current_user):
        return redirect(url_for("accounts.name"), 303)
    return _own_page(NameChangeForm(current_user))


@bp.post(queries.ASK)
@allow()
def ask_for_name() -> ResponseReturnValue:
    form = NameChangeForm(current_user)
    if "preview" in request.form:
        form.suggest_latin()
        return _own_page(form)
    if not form.validate_on_submit():
        return _own_page(form, 422)
    services.ask_for_name(current_user, form.parts(), form.reason.data or "")
    db.session.commit()
    flash(_("Asked. An officer decides about it; you get a message."), "success")
    return redirect(url_for(".own_name"), 303)


def _own_page(form: NameChangeForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "certificates/own_name.html",
        form=form,
        change=queries.last_name_change(current_user),
        certificates=queries.printed_certificates(current_user),
    )
    return page, status


@bp.get("/certificates/name-changes")
@allow(Role.OFFICER)
def name_changes() -> ResponseReturnValue:
    page = paged(queries.name_changes_for(current_user))
    return render_template("certificates/name_changes.html", page=page)


@bp.get(CHANGE)
@allow(Role.OFFICER)
def name_change(name_change_id: int) -> ResponseReturnValue:
    return _change_page(queries.name_change(current_user, name_change_id), DecideNameForm())


@bp.post(CHANGE)
@allow(Role.OFFICER, step_up=True)
def decide_name_change(name_change_id: int) -> ResponseReturnValue:
    change, form = queries.name_change(current_user, name_change_id), DecideNameForm()
    if not form.validate_on_submit():
        return _change_page(change, form, 422)
    is_approved = form.decision.data == "approve"
    new = services.decide_name_change(
        current_user, change, is_approved=is_approved, reason=form.reason.data or ""
    )
    db.session.commit()
    done = ngettext(
        "The name is changed, and %(num)d certificate issued anew.",
        "The name is changed, and %(num)d certificates issued anew.",
        len(new),
    )
    flash(done if is_approved else _("Declined. The name stays as it is."), "success")
    return redirect(url_for(".name_changes"), 303)


def _change_page(
    change: NameChange, form: DecideNameForm, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "certificates/name_change.html",
        change=change,
        form=form,
        certificates=queries.printed_certificates(change.person),
        decided_by=queries.name_of(change.decided_by_id),
    )
    return page, status
