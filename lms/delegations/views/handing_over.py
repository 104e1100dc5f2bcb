"""A coordinator who leaves hands the delegation over; for one who has left, two administrators do."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.models import Person, RoleGrant
from lms.cohorts import services
from lms.delegations import handing_over as handovers
from lms.delegations.forms import SuccessorForm
from lms.delegations.forms.changes import grant_words
from lms.delegations.views import bp
from lms.extensions import db
from lms.web.access import Role, allow

FOR_ANOTHER = "/hand-over/<int:person_id>"


@bp.get("/hand-over")
@allow(Role.COORDINATOR, step_up=True)
def ask_hand_over() -> ResponseReturnValue:
    return _page(_form(current_user))


def _page(form: SuccessorForm, leaver: Person | None = None) -> ResponseReturnValue:
    page = render_template("delegations/hand_over.html", form=form, leaver=leaver)
    return page, 422 if form.errors else 200


def _form(leaver: Person) -> SuccessorForm:
    form = SuccessorForm()
    grants = handovers.coordinator_grants(leaver)
    form.offer(grants, {grant.id: grant_words(grant) for grant in grants})
    return form


def _chosen(form: SuccessorForm, leaver: Person) -> list[RoleGrant]:
    return [one for one in handovers.coordinator_grants(leaver) if one.id in form.grants.data]


@bp.post("/hand-over")
@allow(Role.COORDINATOR, step_up=True)
def hand_over() -> ResponseReturnValue:
    form = _form(current_user)
    if not form.validate_on_submit():
        return _page(form)
    address, chosen = form.email.data or "", _chosen(form, current_user)
    try:
        successor = services.hand_over(
            current_user, current_user, address, chosen, form.reason.data or ""
        )
    except services.HandOverRefused as refusal:
        form.email.errors = [str(refusal.message)]
        return _page(form)
    db.session.commit()
    flash(
        _("%(name)s coordinates from now on, and both of you are told.", name=successor.name),
        "success",
    )
    return redirect("/account", 303)


@bp.get(FOR_ANOTHER)
@allow(Role.ADMINISTRATOR, step_up=True)
def ask_hand_over_for(person_id: int) -> ResponseReturnValue:
    leaver = handovers.coordinator_of(current_user, person_id)
    return _page(_form(leaver), leaver)


@bp.post(FOR_ANOTHER)
@allow(Role.ADMINISTRATOR, step_up=True)
def hand_over_for(person_id: int) -> ResponseReturnValue:
    """Ask a second administrator to agree that somebody else takes over."""
    leaver = handovers.coordinator_of(current_user, person_id)
    form = _form(leaver)
    if not form.validate_on_submit():
        return _page(form, leaver)
    address, chosen = form.email.data or "", _chosen(form, leaver)
    try:
        handovers.ask_to_hand_over(current_user, leaver, address, chosen, form.reason.data or "")
    except services.HandOverRefused as refusal:
        form.email.errors = [str(refusal.message)]
        return _page(form, leaver)
    db.session.commit()
    flash(_("Asked. The role is given as soon as a second administrator agrees."), "success")
    return redirect(url_for("admin.person", person_id=leaver.id), 303)
