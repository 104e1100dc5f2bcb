"""Programmes: what is funded, the bodies that are named for it, and its rounds."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from lms.certificates.queries import faults_of_credits
from lms.cohorts import queries, services
from lms.cohorts.models import Intake, Partner, Programme
from lms.delegations.forms import IntakeForm, LogoForm, PartnerForm, ProgrammeForm
from lms.delegations.forms.programmes import PARTNER_ROLES, SPARE_RULES
from lms.delegations.views import programme_bp as bp
from lms.extensions import db
from lms.web.access import Role, allow, public
from lms.web.forms import Difference
from lms.web.pages import paged

PARTNER = "/<programme>/partners/<int:partner_id>"
KEPT_SECONDS = 365 * 24 * 3600


@bp.app_template_global("credits_of")
def credits_of(slug: str, row_version: int) -> queries.Credits:
    return queries.credits_of(slug, row_version)


@bp.get("/logos/<sha256>.png")
@public
def logo(sha256: str) -> ResponseReturnValue:
    """Answer with a logo; its address is its fingerprint, so that everybody may keep it for ever."""
    answer = Response(queries.logo_png(sha256), mimetype="image/png")
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}, immutable"
    return answer


@bp.get("")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def all_programmes() -> ResponseReturnValue:
    return render_template(
        "delegations/programmes.html",
        programmes=queries.list_programmes(),
        counts=queries.cohort_counts(),
        may_make="administrator" in current_user.role_names,
    )


@bp.get("/new")
@allow(Role.ADMINISTRATOR)
def new() -> ResponseReturnValue:
    return _edit_page(ProgrammeForm.for_new())


def _edit_page(
    form: ProgrammeForm,
    programme: Programme | None = None,
    differences: list[Difference] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Show the form; ``differences`` are there where somebody else was faster."""
    page = render_template(
        "delegations/edit_programme.html", form=form, programme=programme, differences=differences
    )
    return page, status


@bp.post("/new")
@allow(Role.ADMINISTRATOR)
def make() -> ResponseReturnValue:
    form = ProgrammeForm.for_new()
    if form.validate_on_submit():
        try:
            made = services.make_programme({**form.facts(), "slug": form.new_slug})
        except services.SlugTaken as refusal:
            form.slug.errors = [str(refusal.message)]
        else:
            if _fits(made, form):
                db.session.commit()
                flash(
                    _("The programme is made. Name who pays for it and who carries it."), "success"
                )
                return redirect(_address(made), 303)
            db.session.rollback()
    return _edit_page(form, status=422)


def _address(programme: Programme) -> str:
    return url_for("programmes.show", programme=programme.slug)


def _fits(programme: Programme, form: ProgrammeForm | PartnerForm) -> bool:
    """Tell whether certificates can print whom the programme names now; say so on the form if not."""
    letters, is_too_long = faults_of_credits(queries.named_by(programme))
    field = form.credit_line if isinstance(form, ProgrammeForm) else form.institution_id
    if letters:
        field.errors = [_("Certificates cannot print: %(letters)s", letters=" ".join(letters))]
    elif is_too_long:
        field.errors = [_("Certificates have no room for so long a line. Shorten it.")]
    return not field.errors


@bp.get("/<programme>")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def show(programme: str) -> ResponseReturnValue:
    """Show a programme to everybody who may make a cohort of it; of its cohorts, only the own ones."""
    found = queries.programme_by_slug(programme)
    return render_template(
        "delegations/programme.html",
        programme=found,
        credits=queries.credits_of(found.slug, found.row_version),
        intakes=queries.intakes_of(found),
        page=paged(queries.visible_cohorts(current_user, found)),
        country_name=lambda code: queries.country_name(code, str(get_locale())),
        may_run=queries.may_run(current_user, found),
        spare_rules=SPARE_RULES,
    )


@bp.get("/<programme>/edit")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def edit(programme: str) -> ResponseReturnValue:
    found = queries.run_programme(current_user, programme)
    return _edit_page(ProgrammeForm(obj=found), found)


@bp.post("/<programme>/edit")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def change(programme: str) -> ResponseReturnValue:
    found = queries.run_programme(current_user, programme)
    form = ProgrammeForm()
    if form.validate_on_submit():
        try:
            services.change_programme(found, form.facts(), seen_version=form.row_version.data or 0)
        except services.EditedMeanwhile:
            return _edit_page(form, found, form.differences(found), 409)
        else:
            if _fits(found, form):
                db.session.commit()
                flash(_("Saved."), "success")
                return redirect(_address(found), 303)
            db.session.rollback()
    return _edit_page(form, found, status=422)


@bp.get("/<programme>/partners")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def partners(programme: str) -> ResponseReturnValue:
    return _partners_page(queries.run_programme(current_user, programme))


def _partners_page(
    programme: Programme,
    form: PartnerForm | None = None,
    logo_form: LogoForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Show whom a programme names, and the bodies that a search finds."""
    search = request.args.get("search", "").strip()
    page = render_template(
        "delegations/partners.html",
        programme=programme,
        partners=sorted(programme.partners, key=lambda one: (one.position, one.id)),
        search=search,
        found=queries.find_institutions(search)[:20] if search else [],
        form=form or PartnerForm(formdata=None),
        logo_form=logo_form or LogoForm(formdata=None),
        role_names=PARTNER_ROLES,
        country_name=lambda code: queries.country_name(code, str(get_locale())),
    )
    return page, status


@bp.post("/<programme>/partners")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def name_partner(programme: str) -> ResponseReturnValue:
    found = queries.run_programme(current_user, programme)
    form = PartnerForm()
    if form.validate_on_submit():
        institution = queries.institution_to_name(form.institution_id.data or 0)
        try:
            services.name_partner(found, institution, form.role.data)
        except (services.NamedAlready, services.TooMany) as refusal:
            form.institution_id.errors = [str(refusal.message)]
        else:
            if _fits(found, form):
                db.session.commit()
                flash(_("%(name)s is named now.", name=institution.name), "success")
                return redirect(url_for(".partners", programme=programme), 303)
            db.session.rollback()
    return _partners_page(found, form, status=422)


def _partner(programme: str, partner_id: int) -> tuple[Programme, Partner]:
    found = queries.run_programme(current_user, programme)
    return found, queries.partner_of(found, partner_id)


@bp.post(f"{PARTNER}/up")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def move_partner_up(programme: str, partner_id: int) -> ResponseReturnValue:
    services.move_up(*_partner(programme, partner_id))
    db.session.commit()
    return redirect(url_for(".partners", programme=programme), 303)


@bp.post(f"{PARTNER}/remove")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def withdraw_partner(programme: str, partner_id: int) -> ResponseReturnValue:
    found, partner = _partner(programme, partner_id)
    name = partner.institution.name
    services.remove_partner(found, partner)
    db.session.commit()
    flash(
        _("%(name)s is named no longer. Certificates issued so far keep it.", name=name), "success"
    )
    return redirect(url_for(".partners", programme=programme), 303)


@bp.post(f"{PARTNER}/logo")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def set_logo(programme: str, partner_id: int) -> ResponseReturnValue:
    found, partner = _partner(programme, partner_id)
    form = LogoForm()
    if form.validate_on_submit():
        try:
            services.set_logo(found, partner, form.logo.data.read())
        except services.LogoRefused as refusal:
            form.logo.errors = [str(refusal.message)]
        else:
            db.session.commit()
            flash(_("The logo of %(name)s is saved.", name=partner.institution.name), "success")
            return redirect(url_for(".partners", programme=programme), 303)
    return _partners_page(found, logo_form=form, status=422)


@bp.post(f"{PARTNER}/logo/remove")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def remove_logo(programme: str, partner_id: int) -> ResponseReturnValue:
    services.remove_logo(*_partner(programme, partner_id))
    db.session.commit()
    flash(_("The logo is removed."), "success")
    return redirect(url_for(".partners", programme=programme), 303)


@bp.get("/<programme>/intakes/new")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def new_intake(programme: str) -> ResponseReturnValue:
    found = queries.run_programme(current_user, programme)
    return _intake_page(found, IntakeForm())


def _intake_page(
    programme: Programme, form: IntakeForm, intake: Intake | None = None, status: int = 200
) -> ResponseReturnValue:
    page = render_template("delegations/intake.html", programme=programme, intake=intake, form=form)
    return page, status


@bp.post("/<programme>/intakes/new")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def make_intake(programme: str) -> ResponseReturnValue:
    found = queries.run_programme(current_user, programme)
    form = IntakeForm()
    if form.validate_on_submit():
        try:
            made = services.make_intake(found, form.facts())
        except services.TitleTaken as refusal:
            form.title.errors = [str(refusal.message)]
        else:
            db.session.commit()
            flash(_("The round %(title)s is made.", title=made.title), "success")
            return redirect(_address(found), 303)
    return _intake_page(found, form, status=422)


@bp.get("/<programme>/intakes/<int:intake_id>")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def intake(programme: str, intake_id: int) -> ResponseReturnValue:
    found = queries.run_programme(current_user, programme)
    shown = queries.intake_of(found, intake_id)
    return _intake_page(found, IntakeForm.of(shown), shown)


@bp.post("/<programme>/intakes/<int:intake_id>")
@allow(Role.ADMINISTRATOR, Role.COORDINATOR)
def change_intake(programme: str, intake_id: int) -> ResponseReturnValue:
    found = queries.run_programme(current_user, programme)
    shown = queries.intake_of(found, intake_id)
    form = IntakeForm()
    if form.validate_on_submit():
        try:
            services.change_intake(found, shown, form.facts())
        except services.TitleTaken as refusal:
            form.title.errors = [str(refusal.message)]
        else:
            db.session.commit()
            flash(_("Saved."), "success")
            return redirect(_address(found), 303)
    return _intake_page(found, form, shown, 422)
