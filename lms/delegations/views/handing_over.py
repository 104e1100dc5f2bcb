"""A coordinator who leaves hands the delegation over."""

from __future__ import annotations

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.cohorts import services
from lms.delegations.forms import SuccessorForm
from lms.delegations.forms.changes import coordinator_grants, grant_words
from lms.delegations.views import bp
from lms.extensions import db
from lms.web.access import Role, allow


@bp.get("/hand-over")
@allow(Role.COORDINATOR, step_up=True)
def ask_hand_over() -> ResponseReturnValue:
    return render_template("delegations/hand_over.html", form=_form())


def _form() -> SuccessorForm:
    form = SuccessorForm()
    grants = coordinator_grants(current_user)
    form.offer(grants, {grant.id: grant_words(grant) for grant in grants})
    return form


@bp.post("/hand-over")
@allow(Role.COORDINATOR, step_up=True)
def hand_over() -> ResponseReturnValue:
    form = _form()
    if form.validate_on_submit():
        chosen = [one for one in coordinator_grants(current_user) if one.id in form.grants.data]
        try:
            successor = services.hand_over(
                current_user, form.email.data or "", chosen, form.reason.data or ""
            )
        except services.HandOverRefused as refusal:
            form.email.errors = [str(refusal.message)]
        else:
            db.session.commit()
            flash(
                _(
                    "%(name)s coordinates from now on, and both of you are told.",
                    name=successor.name,
                ),
                "success",
            )
            return redirect("/account", 303)
    return render_template("delegations/hand_over.html", form=form), 422
