"""Making a cohort, its settings, and the courses it takes."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_login import current_user

from lms.cohorts import queries, services
from lms.cohorts.models import Cohort, Country, Programme
from lms.courses.models import Course
from lms.delegations.forms import AddCourseForm, CohortForm, DueDateForm, NewCohortForm
from lms.delegations.forms.fields import moment_in
from lms.delegations.views import bp, programme_bp
from lms.delegations.views.addresses import address_of, place_of
from lms.errors import NotFound
from lms.extensions import db
from lms.quizzes.services.due_dates import set_due_date
from lms.web.access import Role, allow
from lms.web.forms import Difference

SETTINGS = "/<country>/<cohort>/settings"
COURSE = f"{SETTINGS}/courses/<course>"


@bp.get("/<country>/new")
@allow(Role.COORDINATOR)
def new_cohort(country: str) -> ResponseReturnValue:
    code = queries.coordinated_country(current_user, country)
    return _new_page(_new_form(code, queries.list_programmes()), code)


@bp.post("/<country>/new")
@allow(Role.COORDINATOR)
def make_cohort(country: str) -> ResponseReturnValue:
    code = queries.coordinated_country(current_user, country)
    return _make(_new_form(code, queries.list_programmes()), code)


@programme_bp.get("/<programme>/cohorts/new")
@allow(Role.COORDINATOR)
def new_cohort_of_programme(programme: str) -> ResponseReturnValue:
    """Ask for the country first; what its people need is filled in then."""
    found = _own_programme(programme)
    code = request.args.get("country", "").upper()
    if not code:
        return render_template(
            "delegations/choose_country.html",
            programme=found,
            countries=[one for one in queries.list_countries() if one.has_delegations],
            country_name=_name,
        )
    return _new_page(_new_form(code, [found]), code)


@programme_bp.post("/<programme>/cohorts/new")
@allow(Role.COORDINATOR)
def make_cohort_of_programme(programme: str) -> ResponseReturnValue:
    found = _own_programme(programme)
    code = request.args.get("country", "").upper()
    return _make(_new_form(code, [found]), code)


def _own_programme(slug: str) -> Programme:
    """Return a programme that the coordinator runs; administrators make no cohorts."""
    if slug not in current_user.objects_of("coordinator", "programme"):
        raise NotFound
    return queries.programme_by_slug(slug)


def _name(code: str) -> str:
    return queries.country_name(code, str(get_locale()))


def _new_form(code: str, programmes: list[Programme]) -> NewCohortForm:
    country = db.session.get(Country, code)
    if country is None:
        raise NotFound
    form = NewCohortForm(row_version=1)
    form.offer(country, queries.intakes_of(*programmes))
    form.offer_programmes(programmes, queries.list_courses())
    return form


def _new_page(form: NewCohortForm, code: str, status: int = 200) -> ResponseReturnValue:
    page = render_template("delegations/new_cohort.html", form=form, country=_name(code))
    return page, status


def _make(form: NewCohortForm, code: str) -> ResponseReturnValue:
    if form.validate_on_submit() and _fits_programme(form):
        facts = {
            **form.facts(),
            "slug": form.new_slug(code),
            "country_code": code,
            "programme_id": form.programme_id.data,
        }
        try:
            made = services.make_cohort(facts, form.course_ids.data or [], form.closes_at)
        except services.SlugTaken as refusal:
            form.slug.errors = [str(refusal.message)]
        else:
            db.session.commit()
            flash(_("The cohort is made. Invite its people."), "success")
            return redirect(address_of(made), 303)
    return _new_page(form, code, 422)


def _fits_programme(form: NewCohortForm) -> bool:
    """A round belongs to one programme."""
    if form.intake_id.data:
        programme = db.session.get_one(Programme, form.programme_id.data)
        if form.intake_id.data not in {one.id for one in queries.intakes_of(programme)}:
            form.intake_id.errors = [_("This round belongs to another programme.")]
    return not form.intake_id.errors


@bp.get(SETTINGS)
@allow(Role.COORDINATOR)
def settings(country: str, cohort: str) -> ResponseReturnValue:
    found = queries.coordinated_cohort(current_user, country, cohort)
    return _settings_page(found, _form_of(found, CohortForm(obj=found, formdata=None)))


def _form_of(cohort: Cohort, form: CohortForm) -> CohortForm:
    form.offer(
        db.session.get_one(Country, cohort.country_code), queries.intakes_of(cohort.programme)
    )
    return form


def _settings_page(
    cohort: Cohort,
    form: CohortForm,
    *,
    status: int = 200,
    differences: list[Difference] | None = None,
    due_form: DueDateForm | None = None,
    add_form: AddCourseForm | None = None,
) -> ResponseReturnValue:
    """Show all that can be set; each part has a form of its own, and the refused one keeps what was typed."""
    links = queries.courses_of(cohort)
    taken = {link.course_id for link in links}
    courses = [one for one in queries.list_courses() if one.id not in taken]
    if add_form is None:
        add_form = AddCourseForm(formdata=None)
        add_form.offer(courses)
    refused = due_form.link.course_id if due_form else None
    page = render_template(
        "delegations/settings.html",
        cohort=cohort,
        place=place_of(cohort),
        country=_name(cohort.country_code),
        form=form,
        differences=differences,
        due_forms=[
            due_form if due_form and link.course_id == refused else DueDateForm(link)
            for link in links
        ],
        add_form=add_form if courses else None,
        coordinators=queries.coordinators_of(cohort),
        withdrawn=queries.withdrawn_people(cohort),
    )
    return page, status


def _shown_form(cohort: Cohort) -> CohortForm:
    return _form_of(cohort, CohortForm(obj=cohort, formdata=None))


@bp.post(SETTINGS)
@allow(Role.COORDINATOR)
def change_settings(country: str, cohort: str) -> ResponseReturnValue:
    found = queries.coordinated_cohort(current_user, country, cohort)
    form = _form_of(found, CohortForm())
    if not form.validate_on_submit():
        return _settings_page(found, form, status=422)
    try:
        services.change_cohort(found, form.facts(), seen_version=form.row_version.data or 0)
    except services.EditedMeanwhile:
        return _settings_page(found, form, status=409, differences=form.differences(found))
    except services.SeatsTaken as refusal:
        form.seats.errors = [str(refusal.message)]
        return _settings_page(found, form, status=422)
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(_settings_address(found), 303)


def _settings_address(cohort: Cohort) -> str:
    place = place_of(cohort)
    return url_for("delegations.settings", country=place["country"], cohort=place["cohort"])


@bp.post(f"{SETTINGS}/courses")
@allow(Role.COORDINATOR)
def add_course(country: str, cohort: str) -> ResponseReturnValue:
    found = queries.coordinated_cohort(current_user, country, cohort)
    taken = {link.course_id for link in queries.courses_of(found)}
    form = AddCourseForm()
    form.offer([one for one in queries.list_courses() if one.id not in taken])
    if not form.validate_on_submit():
        return _settings_page(found, _shown_form(found), status=422, add_form=form)
    course = db.session.get_one(Course, form.course_id.data)
    count = services.add_course(found, course, moment_in(found.time_zone, form.closes.data))
    db.session.commit()
    flash(
        _("The cohort takes the course.")
        + " "
        + ngettext(
            "%(num)d person is enrolled in it.", "%(num)d people are enrolled in it.", count
        ),
        "success",
    )
    return redirect(_settings_address(found), 303)


@bp.post(f"{COURSE}/due")
@allow(Role.COORDINATOR)
def change_due_date(country: str, cohort: str, course: str) -> ResponseReturnValue:
    found = queries.coordinated_cohort(current_user, country, cohort)
    form = DueDateForm(queries.cohort_course(found, course))
    if not form.validate_on_submit():
        return _settings_page(found, _shown_form(found), status=422, due_form=form)
    set_due_date(form.link, form.closes_at)
    db.session.commit()
    flash(_("The due date is saved, and the cohort is told."), "success")
    return redirect(_settings_address(found), 303)


@bp.post(f"{COURSE}/remove")
@allow(Role.COORDINATOR)
def remove_course(country: str, cohort: str, course: str) -> ResponseReturnValue:
    found = queries.coordinated_cohort(current_user, country, cohort)
    services.remove_course(queries.cohort_course(found, course))
    db.session.commit()
    flash(_("The cohort takes this course no longer."), "success")
    return redirect(_settings_address(found), 303)


@bp.post(f"{SETTINGS}/remove")
@allow(Role.COORDINATOR)
def remove_cohort(country: str, cohort: str) -> ResponseReturnValue:
    found = queries.coordinated_cohort(current_user, country, cohort)
    services.remove_cohort(found)
    db.session.commit()
    flash(_("The cohort is removed."), "success")
    return redirect(url_for(".list_cohorts"), 303)
