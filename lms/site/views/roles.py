"""Who holds which role, what each role opens, and what else an administrator does with one account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from lms.accounts import queries as accounts
from lms.accounts import services as account_services
from lms.accounts.models import Person, RoleGrant
from lms.accounts.services import factors
from lms.extensions import db
from lms.site.forms import ReasonForm, RolesFilterForm, TransferForm
from lms.site.views import admin
from lms.site.views.words import named_countries
from lms.site.words import GRANT_NAMES, ROLE_NAMES
from lms.web.access import Policy, Role, allow, declared_policies
from lms.web.pages import paged


@admin.get("/roles")
@allow(Role.ADMINISTRATOR)
def roles() -> ResponseReturnValue:
    form = RolesFilterForm(request.args)
    chosen = form.filters()
    return render_template(
        "site/roles.html",
        page=paged(_holders(chosen.get("role", ""))),
        filter_form=form,
        grant_names=GRANT_NAMES,
        countries=named_countries(),
    )


def _holders(role: str) -> Select[RoleGrant]:
    """Select who holds a role now; without one: every role but the learner's."""
    query = (
        select(RoleGrant)
        .join(RoleGrant.person)
        .options(joinedload(RoleGrant.person).lazyload(Person.grants))
        .where(
            RoleGrant.is_open(), RoleGrant.role == role if role else RoleGrant.role != Role.LEARNER
        )
    )
    return query.order_by(RoleGrant.role, RoleGrant.scope, RoleGrant.scope_object, RoleGrant.id)


@dataclass(frozen=True)
class Door:
    """One address with one method, and whom it lets in."""

    address: str
    method: str
    policy: Policy

    def opens_to(self, role: str) -> bool:
        policy = self.policy
        return policy.is_public or not policy.roles or role in policy.roles


@admin.get("/roles/permissions")
@allow(Role.ADMINISTRATOR)
def permissions() -> ResponseReturnValue:
    """Show what each role opens, as the program itself decides it: from the declared policies."""
    return render_template(
        "site/permissions.html", doors=sorted(_doors(), key=_place), roles=ROLE_NAMES
    )


def _doors() -> Iterator[Door]:
    for address, method, _endpoint, policy in declared_policies(current_app):
        if policy is not None and not policy.is_public:
            yield Door(address, method, policy)


def _place(door: Door) -> tuple[str, str]:
    return door.address, door.method


PERSON = "/users/<int:person_id>"


@admin.get(f"{PERSON}/access")
@allow(Role.ADMINISTRATOR)
def person_access(person_id: int) -> ResponseReturnValue:
    return _access_page(accounts.person_of(current_user, person_id))


def _access_page(
    shown: Person, transfer: TransferForm | None = None, state: ReasonForm | None = None
) -> ResponseReturnValue:
    """Show what else can be done; a form that was refused comes back with what was typed."""
    refused = transfer or state
    page = render_template(
        "site/access.html",
        person=shown,
        has_app=accounts.has_app(shown),
        transfer_form=transfer or TransferForm.for_person(shown, named_countries(), formdata=None),
        factor_form=state or ReasonForm(formdata=None, prefix="factor-"),
        refused=refused,
    )
    return page, 422 if refused else 200


@admin.post(f"{PERSON}/transfer")
@allow(Role.ADMINISTRATOR, step_up=True)
def transfer(person_id: int) -> ResponseReturnValue:
    """Move somebody to another country; roles for the old one end at once."""
    shown = accounts.person_of(current_user, person_id)
    form = TransferForm.for_person(shown, named_countries())
    if not form.validate_on_submit():
        return _access_page(shown, transfer=form)
    account_services.transfer_person(shown, form.country_code.data, reason=form.reason.data or "")
    db.session.commit()
    flash(_("The person is moved. Roles for the old country have ended."), "success")
    return redirect(url_for(".person", person_id=person_id), 303)


@admin.post(f"{PERSON}/second-factor/remove")
@allow(Role.ADMINISTRATOR, step_up=True)
def remove_second_factor(person_id: int) -> ResponseReturnValue:
    """Take the one-time codes from somebody who lost phone and recovery codes."""
    shown = accounts.person_of(current_user, person_id)
    form = ReasonForm(prefix="factor-")
    if not form.validate_on_submit():
        return _access_page(shown, state=form)
    factors.remove_app(shown, form.reason.data or "")
    db.session.commit()
    flash(_("The one-time codes are removed, and all sessions have ended."), "success")
    return redirect(url_for(".person", person_id=person_id), 303)
