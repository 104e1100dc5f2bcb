"""Administration of people and their roles."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lms.accounts import queries as accounts
from lms.accounts import services as account_services
from lms.accounts.models import Person, RoleGrant
from lms.accounts.services import approvals
from lms.cohorts.queries import list_countries, seats_of
from lms.courses.queries import outline_of
from lms.errors import NotFound
from lms.extensions import db
from lms.site import erasing, services
from lms.site.forms import (
    ErasureForm,
    PeopleFilterForm,
    PersonForm,
    RoleForm,
    StateForm,
)
from lms.site.views import admin
from lms.site.views.words import named_countries
from lms.site.words import GRANT_NAMES, ROLE_NAMES
from lms.web.access import Role, allow
from lms.web.languages import chosen_language
from lms.web.pages import paged

PERSON = "/users/<int:person_id>"


@admin.get("/users")
@allow(Role.ADMINISTRATOR)
def people() -> ResponseReturnValue:
    countries = named_countries()
    form = PeopleFilterForm.from_address()
    form.offer_countries(countries)
    query = accounts.list_people(**form.filters(), language=chosen_language())
    query = query.options(selectinload(Person.grants))
    return render_template(
        "site/people.html",
        page=paged(query),
        filter_form=form,
        countries=countries,
        role_names=ROLE_NAMES,
    )


@admin.get("/users/new")
@allow(Role.ADMINISTRATOR)
def new_person() -> ResponseReturnValue:
    return render_template("site/new_person.html", form=_person_form())


def _person_form() -> PersonForm:
    return PersonForm.for_countries(list_countries(), str(get_locale()))


@admin.post("/users/new")
@allow(Role.ADMINISTRATOR, step_up=True)
def create_person() -> ResponseReturnValue:
    form = _person_form()
    if form.validate_on_submit():
        try:
            person = services.add_person(form.facts())
        except account_services.EmailTaken as refusal:
            form.email.errors = [str(refusal.message)]
        else:
            db.session.commit()
            flash(
                _(
                    "The account is made, and a sign-in link is on its way to %(address)s.",
                    address=person.email,
                ),
                "success",
            )
            return redirect(url_for(".person", person_id=person.id), 303)
    return render_template("site/new_person.html", form=form), 422


@admin.get(PERSON)
@allow(Role.ADMINISTRATOR)
def person(person_id: int) -> ResponseReturnValue:
    return _person_page(accounts.person_of(current_user, person_id))


def _person_page(
    shown: Person, *, sent: FlaskForm | None = None, status: int = 200
) -> ResponseReturnValue:
    """Show a person; ``sent`` is the form that was refused, with what was typed."""
    seats = seats_of(shown)
    page = render_template(
        "site/person.html",
        person=shown,
        form=sent or RoleForm(formdata=None),
        role_form=sent if isinstance(sent, RoleForm) else RoleForm(formdata=None),
        state_form=sent if isinstance(sent, StateForm) else StateForm.of(shown),
        erasure_form=sent if isinstance(sent, ErasureForm) else ErasureForm(formdata=None),
        grant_names=GRANT_NAMES,
        countries=named_countries(),
        seats=[(seat, outline_of(seat.version_id)) for seat in seats],
        language=chosen_language(),
    )
    return page, status


@admin.post(f"{PERSON}/roles")
@allow(Role.ADMINISTRATOR, step_up=True)
def grant_role(person_id: int) -> ResponseReturnValue:
    shown = accounts.person_of(current_user, person_id)
    form = RoleForm()
    if not form.validate_on_submit():
        return _person_page(shown, sent=form, status=422)
    role, scope, scope_object = form.grant()
    account_services.refuse_grant(current_user, shown, (role, scope, scope_object))
    asked = {"person_id": shown.id, "role": role, "scope": scope, "of": scope_object}
    approvals.ask(current_user, "grant_role", asked, shown.country_code, form.reason.data or "")
    db.session.commit()
    flash(_("Asked. The role is given as soon as a second administrator agrees."), "success")
    return redirect(url_for(".person", person_id=person_id), 303)


@admin.post(f"{PERSON}/roles/<int:grant_id>/withdraw")
@allow(Role.ADMINISTRATOR, step_up=True)
def withdraw_role(person_id: int, grant_id: int) -> ResponseReturnValue:
    shown = accounts.person_of(current_user, person_id)
    grant = db.session.scalar(
        select(RoleGrant).where(RoleGrant.id == grant_id, RoleGrant.person_id == shown.id)
    )
    if grant is None:
        raise NotFound
    account_services.withdraw_role(grant)
    db.session.commit()
    flash(_("The role is withdrawn; it is gone from the next page on."), "success")
    if "administrator" not in current_user.role_names:
        return redirect(url_for("learning.my_learning"), 303)
    return redirect(url_for(".person", person_id=person_id), 303)


@admin.post(f"{PERSON}/state")
@allow(Role.ADMINISTRATOR, step_up=True)
def change_state(person_id: int) -> ResponseReturnValue:
    """Suspend an account, or open it again; always with a reason."""
    shown = accounts.person_of(current_user, person_id)
    form = StateForm()
    if not form.validate_on_submit():
        return _person_page(shown, sent=form, status=422)
    services.change_state(
        current_user, shown, form.reason.data or "", was_active=bool(form.was_active.data)
    )
    db.session.commit()
    flash(
        _("The account is open again.")
        if shown.active
        else _("The account is suspended, and all its sessions have ended."),
        "success",
    )
    return redirect(url_for(".person", person_id=person_id), 303)


@admin.post(f"{PERSON}/erase")
@allow(Role.ADMINISTRATOR, step_up=True)
def ask_to_erase(person_id: int) -> ResponseReturnValue:
    """Ask a second administrator to agree that what says who somebody was is erased."""
    shown = accounts.person_of(current_user, person_id)
    form = ErasureForm()
    if not form.validate_on_submit():
        return _person_page(shown, sent=form, status=422)
    erasing.ask_to_erase(current_user, shown, form.reason.data or "")
    db.session.commit()
    flash(_("Asked. It is erased as soon as a second administrator agrees."), "success")
    return redirect(url_for(".person", person_id=person_id), 303)
