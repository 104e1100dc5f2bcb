"""Administration: people, their roles, and the log of who did what."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from lms.accounts import queries as accounts
from lms.accounts import services
from lms.accounts.models import Person, RoleGrant
from lms.accounts.rules import SCOPES_OF_ROLE
from lms.audit.models import AuditEvent
from lms.cohorts.queries import list_countries
from lms.errors import NotFound
from lms.extensions import db
from lms.site.forms import PersonForm, RoleForm, StateForm
from lms.web.access import Role, allow
from lms.web.languages import chosen_language
from lms.web.pages import paged

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.get("/users")
@allow(Role.ADMINISTRATOR)
def people() -> ResponseReturnValue:
    filters = {name: request.args.get(name, "") for name in ("search", "role", "country")}
    return render_template(
        "site/people.html", page=paged(accounts.list_people(**filters)), filters=filters, roles=list(SCOPES_OF_ROLE),
        countries=list_countries(), language=chosen_language(),
    )  # fmt: skip


@bp.get("/users/new")
@allow(Role.ADMINISTRATOR)
def new_person() -> ResponseReturnValue:
    return render_template("site/new_person.html", form=PersonForm.for_countries(list_countries(), chosen_language()))


@bp.post("/users/new")
@allow(Role.ADMINISTRATOR)
def create_person() -> ResponseReturnValue:
    form = PersonForm.for_countries(list_countries(), chosen_language())
    if form.validate_on_submit():
        try:
            person = services.create_person(**form.facts())
        except services.EmailTaken as refusal:
            form.email.errors = [str(refusal.message)]
        else:
            services.request_link(person.email)
            db.session.commit()
            flash(_("The account is made, and a sign-in link is on its way to %(address)s.", address=person.email))
            return redirect(url_for(".person", person_id=person.id), 303)
    return render_template("site/new_person.html", form=form), 422


@bp.get("/users/<int:person_id>")
@allow(Role.ADMINISTRATOR)
def person(person_id: int) -> ResponseReturnValue:
    return _person_page(accounts.person_of(current_user, person_id), RoleForm())


def _person_page(shown: Person, form: RoleForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "site/person.html", person=shown, form=form, state_form=StateForm(formdata=None), countries=list_countries(),
        language=chosen_language(),
    )  # fmt: skip
    return page, status


@bp.post("/users/<int:person_id>/roles")
@allow(Role.ADMINISTRATOR)
def grant_role(person_id: int) -> ResponseReturnValue:
    shown = accounts.person_of(current_user, person_id)
    form = RoleForm()
    if not form.validate_on_submit():
        return _person_page(shown, form, 422)
    services.grant_role(current_user, shown, form.role.data, form.scope.data, form.object_of_scope())
    db.session.commit()
    flash(_("The role is given; it counts from the next page on."))
    return redirect(url_for(".person", person_id=person_id), 303)


@bp.post("/users/<int:person_id>/roles/<int:grant_id>/withdraw")
@allow(Role.ADMINISTRATOR)
def withdraw_role(person_id: int, grant_id: int) -> ResponseReturnValue:
    shown = accounts.person_of(current_user, person_id)
    grant = db.session.scalar(select(RoleGrant).where(RoleGrant.id == grant_id, RoleGrant.person_id == shown.id))
    if grant is None:
        raise NotFound
    services.withdraw_role(grant)
    db.session.commit()
    flash(_("The role is withdrawn; it is gone from the next page on."))
    return redirect(url_for(".person", person_id=person_id), 303)


@bp.post("/users/<int:person_id>/state")
@allow(Role.ADMINISTRATOR)
def change_state(person_id: int) -> ResponseReturnValue:
    """Suspend an account, or open it again; always with a reason."""
    shown = accounts.person_of(current_user, person_id)
    form = StateForm()
    if not form.validate_on_submit():
        flash(_("Write the reason; it is kept in the log."), "error")
        return _person_page(shown, RoleForm(formdata=None), 422)
    services.set_active(shown, is_active=not shown.active, reason=form.reason.data or "")
    db.session.commit()
    return redirect(url_for(".person", person_id=person_id), 303)


@bp.get("/audit")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def audit() -> ResponseReturnValue:
    query = select(AuditEvent).order_by(AuditEvent.id.desc())
    if action := request.args.get("action", ""):
        query = query.where(AuditEvent.action == action)
    page = paged(query)
    actors = [event.actor_id for event in page.rows]
    people = db.session.scalars(select(Person).where(Person.id.in_(actors))).unique()
    return render_template(
        "site/audit.html", page=page, action=action, names={person.id: person for person in people},
        actions=list(db.session.scalars(select(AuditEvent.action).distinct().order_by(AuditEvent.action))),
        may_see_names="administrator" in current_user.role_names,
    )  # fmt: skip
