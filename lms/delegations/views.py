"""The coordinator's pages: the own country's cohorts, their people, invitations and reminders."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.cohorts import services as cohorts
from lms.cohorts.models import Cohort
from lms.cohorts.queries import coordinated_cohort, coordinated_cohorts, open_invitations
from lms.delegations import queries, services
from lms.delegations.forms import InviteForm
from lms.extensions import db
from lms.web.access import Role, allow
from lms.web.languages import chosen_language

bp = Blueprint("delegations", __name__, url_prefix="/delegations")


@bp.get("")
@allow(Role.COORDINATOR)
def list_cohorts() -> ResponseReturnValue:
    cohort_list = list(db.session.scalars(coordinated_cohorts(current_user)))
    if len(cohort_list) == 1:
        return redirect(_address(cohort_list[0]), 303)
    return render_template("delegations/list.html", cohorts=cohort_list)


def _address(cohort: Cohort, endpoint: str = ".dashboard", **values: object) -> str:
    return url_for(endpoint, country=cohort.country_code.lower(), cohort=cohort.slug, **values)


@bp.get("/<country>/<cohort>")
@allow(Role.COORDINATOR)
def dashboard(country: str, cohort: str) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    return _dashboard_page(found, InviteForm(language=chosen_language()))


def _dashboard_page(cohort: Cohort, form: InviteForm, status: int = 200) -> ResponseReturnValue:
    members = queries.members_of(cohort)
    counts = Counter(
        finished=sum(member.progress.is_complete for member in members),
        certified=sum(bool(member.certificate_number) for member in members),
        signed_in=sum(member.person.signed_in_at is not None for member in members),
        need=sum(member.need is not None for member in members),
    )
    page = render_template(
        "delegations/dashboard.html",
        cohort=cohort,
        members=members,
        counts=counts,
        invitations=open_invitations(cohort),
        form=form,
        language=chosen_language(),
    )
    return page, status


@bp.get("/<country>/<cohort>/people/<int:person_id>")
@allow(Role.COORDINATOR)
def person(country: str, cohort: str, person_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    return render_template(
        "delegations/person.html",
        cohort=found,
        memberships=queries.member_of(found, person_id),
        language=chosen_language(),
    )


@bp.post("/<country>/<cohort>/people/<int:person_id>/remind")
@allow(Role.COORDINATOR)
def remind(country: str, cohort: str, person_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    members = queries.member_of(found, person_id)
    services.remind(found, next((one for one in members if not one.progress.is_complete), members[0]))
    db.session.commit()
    flash(_("The reminder is on its way to %(name)s.", name=members[0].person.name))
    return redirect(_address(found), 303)


@bp.post("/<country>/<cohort>/invite")
@allow(Role.COORDINATOR)
def invite(country: str, cohort: str) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    form = InviteForm()
    if not form.validate_on_submit():
        return _dashboard_page(found, form, 422)
    try:
        invitation = cohorts.invite(current_user, found, form.email.data or "", form.language.data)
    except cohorts.AlreadyEnrolled as refusal:
        form.email.errors = [str(refusal.message)]
        return _dashboard_page(found, form, 422)
    db.session.commit()
    flash(_("The invitation is on its way to %(address)s.", address=invitation.email))
    return redirect(_address(found), 303)
