"""Public bodies: everybody may look them up; administrators and coordinators keep them in order."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import SelectChoice

from lms.cohorts import queries, services
from lms.cohorts.forms import MergeForm, NameForm, NewInstitutionForm, ParentForm
from lms.cohorts.models import Institution, InstitutionName
from lms.cohorts.rules import may_add_bodies
from lms.cohorts.views import bp
from lms.errors import LmsError, NotFound
from lms.extensions import db
from lms.web.access import Role, allow
from lms.web.addresses import stored_id

BODY = "/institutions/<int:institution_id>"
INTERNATIONAL = "int"  # in addresses and forms: of no country


def kept_countries() -> list[str]:
    """List the countries whose bodies the person keeps in order; an empty code: international ones."""
    codes = [country.code for country in queries.list_countries()]
    if "administrator" in current_user.role_names:
        return [*codes, ""]
    own = current_user.objects_of("coordinator", "country")
    return [code for code in codes if may_add_bodies((), own, code)]


@bp.get("/institutions")
@allow()
def institutions() -> ResponseReturnValue:
    text = request.args.get("search", "").strip()[:200]
    wish = request.args.get("country", current_user.country_code)
    country = "" if wish == INTERNATIONAL else wish
    bodies = [] if text else queries.bodies_of(country)
    return render_template(
        "cohorts/institutions.html",
        search=text,
        country=country,
        found=queries.find_institutions(text, country=current_user.country_code),
        bodies=bodies,
        units=queries.units_by_body(bodies),
        counts=queries.body_counts(),
        international=INTERNATIONAL,
        may_add=bool(kept_countries()),
    )


@bp.get(BODY)
@allow()
def institution(institution_id: int) -> ResponseReturnValue:
    found = queries.institution_of(institution_id)
    if found.id != institution_id:  # it was merged
        return redirect(url_for(".institution", institution_id=found.id), 303)
    return _body_page(found)


def _body_page(
    found: Institution,
    status: int = 200,
    *,
    name_form: NameForm | None = None,
    parent_form: ParentForm | None = None,
) -> ResponseReturnValue:
    is_kept = queries.may_manage(current_user, found)
    if parent_form is None:
        parent_form = ParentForm(formdata=None)
        parent_form.parent.data = found.parent.name if found.parent else ""
    page = render_template(
        "cohorts/institution.html",
        body=found,
        is_kept=is_kept,
        units=queries.units_of(found),
        people=queries.people_count(found) if is_kept else None,
        namesakes=queries.namesakes_of(found) if is_kept else [],
        form=name_form or parent_form,
        name_form=name_form or NameForm(formdata=None),
        parent_form=parent_form,
    )
    return page, status


@bp.get("/institutions/new")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def new_institution() -> ResponseReturnValue:
    return render_template("cohorts/new_institution.html", form=_new_form(), namesakes=[])


def _new_form() -> NewInstitutionForm:
    form = NewInstitutionForm()
    names = {code: queries.country_name(code, str(get_locale())) for code in kept_countries()}
    form.country.choices = [
        SelectChoice(code or INTERNATIONAL, name or _("International"))
        for code, name in names.items()
    ]
    form.parent.offer(form.country.data or "", may_add=False)
    return form


@bp.post("/institutions/new")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def add_institution() -> ResponseReturnValue:
    form = _new_form()
    namesakes: list[Institution] = []
    if form.validate_on_submit():
        country = "" if form.country.data == INTERNATIONAL else form.country.data
        namesakes = queries.same_named(country, form.name.data)
        parent = form.parent.chosen
        if parent is not None and (parent.country_code or "") != country:
            form.parent.errors = [str(services.OtherCountry.message)]
        elif namesakes and not form.is_another.data:
            form.name.errors = [_("A body of this country has this name already.")]
        else:
            return _added(form, country, parent)
    return render_template("cohorts/new_institution.html", form=form, namesakes=namesakes), 422


def _added(
    form: NewInstitutionForm, country: str, parent: Institution | None
) -> ResponseReturnValue:
    try:
        added = services.add_institution(
            country or None, form.name.data, language=form.language.data, parent=parent
        )
    except services.NotANamedBody as refusal:
        form.name.errors = [str(refusal.message)]
        return render_template("cohorts/new_institution.html", form=form, namesakes=[]), 422
    db.session.commit()
    flash(_("%(body)s is added.", body=added.name), "success")
    return redirect(url_for(".institution", institution_id=added.id), 303)


@bp.post(f"{BODY}/names")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def add_name(institution_id: int) -> ResponseReturnValue:
    """Add one more name, or rename from a day on."""
    found = queries.managed_institution(current_user, institution_id)
    form = NameForm()
    if not form.validate_on_submit():
        return _body_page(found, 422, name_form=form)
    try:
        if form.kind.data == "new":
            today = datetime.now(UTC).date()
            services.rename(found, form.name.data, form.language.data, form.since.data, today)
        else:
            services.add_name(found, form.name.data, form.language.data)
    except (services.NameKnown, services.NotANamedBody) as refusal:
        form.name.errors = [str(refusal.message)]
        return _body_page(found, 422, name_form=form)
    db.session.commit()
    flash(_("The name is noted; the body is found by it from now on."), "success")
    return redirect(url_for(".institution", institution_id=found.id), 303)


@bp.post(f"{BODY}/names/<int:name_id>/show")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def prefer_name(institution_id: int, name_id: int) -> ResponseReturnValue:
    found, name = _name_of(institution_id, name_id)
    services.prefer_name(found, name)
    db.session.commit()
    flash(_("The body is shown as %(name)s now.", name=name.name), "success")
    return redirect(url_for(".institution", institution_id=found.id), 303)


@bp.post(f"{BODY}/names/<int:name_id>/remove")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def remove_name(institution_id: int, name_id: int) -> ResponseReturnValue:
    found, name = _name_of(institution_id, name_id)
    services.remove_name(found, name)
    db.session.commit()
    flash(_("The name is removed."), "success")
    return redirect(url_for(".institution", institution_id=found.id), 303)


def _name_of(institution_id: int, name_id: int) -> tuple[Institution, InstitutionName]:
    found = queries.managed_institution(current_user, institution_id)
    name = next((one for one in found.names if one.id == name_id), None)
    if name is None:
        raise NotFound
    return found, name


@bp.post(f"{BODY}/parent")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def set_parent(institution_id: int) -> ResponseReturnValue:
    """Say which body a unit belongs to."""
    found = queries.managed_institution(current_user, institution_id)
    form = ParentForm()
    form.parent.offer(found.country_code or "", may_add=False)
    if not form.validate_on_submit():
        return _body_page(found, 422, parent_form=form)
    try:
        services.set_parent(found, form.parent.chosen)
    except (services.NoCircle, services.OtherCountry) as refusal:
        form.parent.errors = [str(refusal.message)]
        return _body_page(found, 422, parent_form=form)
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for(".institution", institution_id=found.id), 303)


@bp.get(f"{BODY}/merge")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def merging(institution_id: int) -> ResponseReturnValue:
    """Ask into which body this one goes, and show what would move; ``into`` may name it in the address."""
    found = queries.managed_institution(current_user, institution_id)
    into = request.args.get("into", type=stored_id)
    survivor = queries.managed_institution(current_user, into) if into else None
    return _merge_page(found, MergeForm(formdata=None), survivor)


@bp.post(f"{BODY}/merge")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def choose_survivor(institution_id: int) -> ResponseReturnValue:
    """Find the body that stays, and go on to the preview."""
    found = queries.managed_institution(current_user, institution_id)
    form = MergeForm()
    form.other.offer(found.country_code or "", may_add=False)
    if not form.validate_on_submit() or form.other.chosen is None:
        return _merge_page(found, form, None, 422)
    into = form.other.chosen.id
    return redirect(url_for(".merging", institution_id=found.id, into=into), 303)


def _merge_page(
    found: Institution, form: MergeForm, survivor: Institution | None, status: int = 200
) -> ResponseReturnValue:
    refusal, moves = "", None
    if survivor is not None:
        try:
            services.check_merger(found, survivor)
            moves = services.moves_of(found, survivor)
        except LmsError as error:
            refusal, status = str(error.message), error.status
    page = render_template(
        "cohorts/merge_institutions.html",
        body=found,
        form=form,
        survivor=survivor,
        moves=moves,
        refusal=refusal,
    )
    return page, status


@bp.post(f"{BODY}/merge/<int:survivor_id>")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR, step_up=True)
def merge(institution_id: int, survivor_id: int) -> ResponseReturnValue:
    """Make one body of two, after the preview was seen."""
    found = queries.managed_institution(current_user, institution_id)
    survivor = queries.managed_institution(current_user, survivor_id)
    services.merge_institutions(found, survivor)
    db.session.commit()
    flash(_("The two are one body now: %(body)s.", body=survivor.name), "success")
    return redirect(url_for(".institution", institution_id=survivor.id), 303)
