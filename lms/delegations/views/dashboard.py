"""A delegation at a glance."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from lms.cohorts import services as cohorts
from lms.cohorts.models import Cohort
from lms.cohorts.queries import coordinated_cohort, coordinated_cohorts, country_name
from lms.delegations import queries
from lms.delegations.forms import InviteForm
from lms.delegations.views import bp
from lms.delegations.views.addresses import address_of, place_of
from lms.extensions import db
from lms.quizzes.forms import ExtraTimeForm
from lms.quizzes.queries import extra_time_of
from lms.quizzes.services import grant_extra_time
from lms.web.access import Role, allow
from lms.web.languages import chosen_language


@bp.get("")
@allow(Role.COORDINATOR)
def list_cohorts() -> ResponseReturnValue:
    cohort_list = list(db.session.scalars(coordinated_cohorts(current_user)))
    if len(cohort_list) == 1:
        return redirect(address_of(cohort_list[0]), 303)
    return render_template(
        "delegations/list.html",
        cohorts=cohort_list,
        counts=queries.people_counts(cohort_list),
        country_name=lambda cohort: country_name(cohort.country_code, str(get_locale())),
    )


@bp.get("/<country>/<cohort>")
@allow(Role.COORDINATOR)
def dashboard(country: str, cohort: str) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    return _dashboard_page(found, InviteForm(language=chosen_language()))


def _dashboard_page(
    cohort: Cohort,
    form: InviteForm,
    status: int = 200,
    extra_time_form: ExtraTimeForm | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "delegations/dashboard.html",
        cohort=cohort,
        place=place_of(cohort),
        country=country_name(cohort.country_code, str(get_locale())),
        delegation=queries.delegation_of(cohort),
        form=form,
        extra_time_form=extra_time_form or ExtraTimeForm(formdata=None),
        extra_time=extra_time_of(cohort),
        language=chosen_language(),
        now=datetime.now(UTC),
    )
    return page, status


@bp.post("/<country>/<cohort>/extra-time")
@allow(Role.COORDINATOR, step_up=True)
def give_cohort_extra_time(country: str, cohort: str) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    form = ExtraTimeForm()
    if not form.validate_on_submit():
        invitation = InviteForm(formdata=None, language=chosen_language())
        return _dashboard_page(found, invitation, 422, form)
    grant_extra_time(current_user, found, form.factor, form.reason.data or "")
    db.session.commit()
    flash(_("The extra time of the cohort is saved."), "success")
    return redirect(address_of(found), 303)


@bp.post("/<country>/<cohort>/invite")
@allow(Role.COORDINATOR)
def invite(country: str, cohort: str) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    form = InviteForm()
    if not form.validate_on_submit():
        return _dashboard_page(found, form, 422)
    try:
        invitation = cohorts.invite(current_user, found, form.email.data or "", form.language.data)
    except (cohorts.AlreadyEnrolled, cohorts.NoPlaceLeft) as refusal:
        form.email.errors = [str(refusal.message)]
        return _dashboard_page(found, form, 422)
    db.session.commit()
    flash(_("The invitation is on its way to %(address)s.", address=invitation.email), "success")
    return redirect(address_of(found), 303)
