"""Roles that a coordinator gives for the own cohorts, and the accounts of the own people."""

from __future__ import annotations

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.accounts.queries import may_merge
from lms.cohorts.models import Cohort
from lms.cohorts.queries import coordinated_cohort, country_name
from lms.delegations import staff
from lms.delegations.forms.roles import AccountForm, CohortRoleForm
from lms.delegations.queries import member_of
from lms.delegations.views import bp
from lms.delegations.views.addresses import address_of, place_of
from lms.extensions import db
from lms.web.access import Role, allow

ROLES = "/<country>/<cohort>/roles"
ACCOUNT = "/<country>/<cohort>/people/<int:person_id>/account"


@bp.get(ROLES)
@allow(Role.COORDINATOR)
def roles(country: str, cohort: str) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    return _roles_page(found, CohortRoleForm(staff.offered(found), formdata=None))


def _roles_page(cohort: Cohort, form: CohortRoleForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "delegations/roles.html",
        cohort=cohort,
        place=place_of(cohort),
        country=country_name(cohort.country_code, str(get_locale())),
        grants=staff.grants_of(cohort),
        words=dict(staff.offered(cohort)),
        form=form,
    )
    return page, status


@bp.post(ROLES)
@allow(Role.COORDINATOR, step_up=True)
def give_role(country: str, cohort: str) -> ResponseReturnValue:
    """Make somebody of the country a mentor of this cohort, or an instructor of a course that it takes."""
    found = coordinated_cohort(current_user, country, cohort)
    form = CohortRoleForm(staff.offered(found))
    if not form.validate_on_submit():
        return _roles_page(found, form, 422)
    try:
        person = staff.give_role(
            current_user, found, form.email.data or "", form.grant, form.reason.data or ""
        )
    except (staff.NobodyHere, accounts.GrantRefused) as refusal:
        form.email.errors = [str(refusal.message)]
        return _roles_page(found, form, 422)
    db.session.commit()
    name = person.name_latin or person.name
    flash(
        _("The role is given to %(name)s; it counts from the next page on.", name=name), "success"
    )
    return redirect(f"{address_of(found)}/roles", 303)


@bp.post(f"{ROLES}/<int:grant_id>/withdraw")
@allow(Role.COORDINATOR, step_up=True)
def take_role(country: str, cohort: str, grant_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    staff.withdraw_role(current_user, found, grant_id)
    db.session.commit()
    flash(_("The role is withdrawn; it is gone from the next page on."), "success")
    return redirect(f"{address_of(found)}/roles", 303)


@bp.get(ACCOUNT)
@allow(Role.COORDINATOR)
def account(country: str, cohort: str, person_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    person = member_of(found, person_id)[0].person
    return _account_page(found, person, AccountForm(formdata=None))


def _account_page(
    cohort: Cohort, person: Person, form: AccountForm, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "delegations/account.html",
        cohort=cohort,
        place=place_of(cohort),
        person=person,
        may_suspend=staff.may_suspend(current_user, cohort, person),
        may_merge=may_merge(current_user, person),
        form=form,
    )
    return page, status


@bp.post(ACCOUNT)
@allow(Role.COORDINATOR, step_up=True)
def change_account(country: str, cohort: str, person_id: int) -> ResponseReturnValue:
    """Suspend somebody of the own country, or open the account again; always with a reason."""
    found = coordinated_cohort(current_user, country, cohort)
    person = member_of(found, person_id)[0].person
    form = AccountForm()
    if not form.validate_on_submit():
        return _account_page(found, person, form, 422)
    staff.change_state(current_user, found, person, form.reason.data or "")
    db.session.commit()
    flash(
        _("The account is open again.")
        if person.active
        else _("The account is suspended, and all its sessions have ended."),
        "success",
    )
    return redirect(f"{address_of(found)}/people/{person_id}/account", 303)


@bp.post(f"{ACCOUNT}/link")
@allow(Role.COORDINATOR, step_up=True)
def send_link(country: str, cohort: str, person_id: int) -> ResponseReturnValue:
    """E-mail a sign-in link to whoever cannot get in. Nobody sees or sets another person's password."""
    found = coordinated_cohort(current_user, country, cohort)
    person = member_of(found, person_id)[0].person
    staff.send_link(current_user, found, person)
    db.session.commit()
    flash(_("A link is on its way to %(address)s.", address=person.email), "success")
    return redirect(f"{address_of(found)}/people/{person_id}/account", 303)
