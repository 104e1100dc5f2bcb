"""Changes in mid-course: somebody leaves, comes back, moves on; an invitation went wrong; dates move."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from lms.cohorts import services
from lms.cohorts.models import Cohort
from lms.cohorts.queries import (
    coordinated_cohort,
    coordinated_cohorts,
    country_name,
    invitation_of,
    newest_version_id,
    was_member,
)
from lms.delegations import queries
from lms.delegations.forms import AddressForm, DueDatesForm, LeaveForm, MoveForm
from lms.delegations.forms.cohorts import course_title
from lms.delegations.queries.changes import change_of_version, places_after_move
from lms.delegations.views import bp
from lms.delegations.views.addresses import address_of, place_of
from lms.errors import LmsError, NotFound
from lms.extensions import db
from lms.progress.services import move_to_version as move_enrolment_to_version
from lms.quizzes.services import due_dates as dates
from lms.web.access import Role, allow

PERSON = "/<country>/<cohort>/people/<int:person_id>"
INVITATION = "/<country>/<cohort>/invitations/<int:invitation_id>/mend"


def _frame(cohort: Cohort) -> dict[str, Any]:
    """Return what every page of a cohort needs."""
    return {
        "cohort": cohort,
        "place": place_of(cohort),
        "country": country_name(cohort.country_code, str(get_locale())),
    }


@bp.get(f"{PERSON}/withdraw")
@allow(Role.COORDINATOR)
def ask_withdrawal(country: str, cohort: str, person_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    return _withdraw_page(found, queries.member_of(found, person_id), LeaveForm())


def _withdraw_page(
    cohort: Cohort, members: list[queries.Member], form: LeaveForm, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "delegations/withdraw.html", members=members, form=form, **_frame(cohort)
    )
    return page, status


@bp.post(f"{PERSON}/withdraw")
@allow(Role.COORDINATOR)
def withdraw(country: str, cohort: str, person_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    members = queries.member_of(found, person_id)
    form = LeaveForm()
    if not form.validate_on_submit():
        return _withdraw_page(found, members, form, 422)
    services.withdraw(current_user, members[0].person, found, form.reason.data or "")
    db.session.commit()
    flash(_("%(name)s has left the cohort and is told so.", name=members[0].name), "success")
    return redirect(address_of(found), 303)


@bp.post(f"{PERSON}/return")
@allow(Role.COORDINATOR)
def take_back(country: str, cohort: str, person_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    person = was_member(found, person_id)
    services.take_back(person, found)
    db.session.commit()
    name = person.name_latin or person.name
    flash(_("%(name)s is back, with everything that was done.", name=name), "success")
    return redirect(f"{address_of(found)}/people/{person_id}", 303)


@bp.get(f"{PERSON}/move")
@allow(Role.COORDINATOR)
def ask_move(country: str, cohort: str, person_id: int) -> ResponseReturnValue:
    """Choose the new cohort, then see what would move before anything does."""
    found = coordinated_cohort(current_user, country, cohort)
    members = queries.member_of(found, person_id)
    form = _move_form(found, MoveForm(request.args))
    target = _own_cohort(form.to.data) if form.to.data else None
    return _move_page(found, members, form, target)


def _move_form(cohort: Cohort, form: MoveForm) -> MoveForm:
    others = coordinated_cohorts(current_user).where(Cohort.id != cohort.id)
    form.offer(db.session.scalars(others))
    return form


def _own_cohort(slug: str) -> Cohort:
    """Return the other cohort, which must be the coordinator's too, else 404."""
    found = db.session.scalar(coordinated_cohorts(current_user).where(Cohort.slug == slug))
    if found is None:
        raise NotFound
    return found


def _move_page(
    cohort: Cohort,
    members: list[queries.Member],
    form: MoveForm,
    target: Cohort | None,
    status: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "delegations/move.html",
        members=members,
        form=form,
        target=target,
        courses=places_after_move(members, target) if target else [],
        **_frame(cohort),
    )
    return page, status


@bp.post(f"{PERSON}/move")
@allow(Role.COORDINATOR)
def move(country: str, cohort: str, person_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    members = queries.member_of(found, person_id)
    form = _move_form(found, MoveForm())
    target = _own_cohort(form.to.data) if form.to.data else None
    if target is None or not form.validate_on_submit():
        form.validate()
        return _move_page(found, members, form, target, 422)
    services.move(members[0].person, found, target, form.reason.data or "")
    db.session.commit()
    flash(_("%(name)s is in %(cohort)s now.", name=members[0].name, cohort=target.title), "success")
    return redirect(f"{address_of(target)}/people/{person_id}", 303)


@bp.get(f"{PERSON}/version/<course>")
@allow(Role.COORDINATOR)
def ask_version(country: str, cohort: str, person_id: int, course: str) -> ResponseReturnValue:
    """Show what somebody would keep in the newest version, before anything changes."""
    found = coordinated_cohort(current_user, country, cohort)
    member = _course_of(queries.member_of(found, person_id), course)
    return render_template(
        "delegations/version.html",
        member=member,
        title=course_title(member.enrolment.course_id),
        change=change_of_version(member),
        **_frame(found),
    )


def _course_of(members: list[queries.Member], course: str) -> queries.Member:
    found = next((one for one in members if one.enrolment.course.slug == course), None)
    if found is None:
        raise NotFound
    return found


@bp.post(f"{PERSON}/version/<course>")
@allow(Role.COORDINATOR)
def move_to_version(country: str, cohort: str, person_id: int, course: str) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    member = _course_of(queries.member_of(found, person_id), course)
    move_enrolment_to_version(member.enrolment, newest_version_id(member.enrolment.course_id))
    db.session.commit()
    flash(_("%(name)s is in the newest version now.", name=member.name), "success")
    return redirect(f"{address_of(found)}/people/{person_id}", 303)


@bp.get(INVITATION)
@allow(Role.COORDINATOR)
def ask_address(country: str, cohort: str, invitation_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    invitation = invitation_of(found, invitation_id)
    return render_template(
        "delegations/mend.html", invitation=invitation, form=AddressForm(), **_frame(found)
    )


@bp.post(INVITATION)
@allow(Role.COORDINATOR)
def mend_invitation(country: str, cohort: str, invitation_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    invitation = invitation_of(found, invitation_id)
    form = AddressForm()
    if form.validate_on_submit():
        try:
            made = services.mend_invitation(current_user, invitation, form.email.data or "")
        except (services.SameAddress, services.AlreadyEnrolled) as refusal:
            db.session.rollback()
            form.email.errors = [str(refusal.message)]
        else:
            db.session.commit()
            flash(
                _(
                    "The old link is dead, and a new one is on its way to %(address)s.",
                    address=made.email,
                ),
                "success",
            )
            return redirect(address_of(found), 303)
    page = render_template(
        "delegations/mend.html", invitation=invitation, form=form, **_frame(found)
    )
    return page, 422


@bp.get("/<country>/<cohort>/due-dates")
@allow(Role.COORDINATOR)
def due_dates(country: str, cohort: str) -> ResponseReturnValue:
    """Ask by how much, then show what would move."""
    found = coordinated_cohort(current_user, country, cohort)
    form = DueDatesForm(request.args, meta={"csrf": False})
    if not request.args.get("days") and not request.args.get("to"):
        return _dates_page(found, form)
    shifts = _planned(found, form)
    return _dates_page(found, form, shifts, 200 if shifts else 422)


def _planned(cohort: Cohort, form: DueDatesForm) -> list[dates.Shift]:
    if not form.validate():
        return []
    try:
        return dates.plan(cohort, datetime.now(UTC), days=form.days.data, to=form.to.data)
    except LmsError as refusal:
        form.days.errors = [str(refusal.message)]
        return []


def _dates_page(
    cohort: Cohort, form: DueDatesForm, shifts: list[dates.Shift] | None = None, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "delegations/due_dates.html",
        form=form,
        shifts=shifts or [],
        course_title=course_title,
        **_frame(cohort),
    )
    return page, status


@bp.post("/<country>/<cohort>/due-dates")
@allow(Role.COORDINATOR)
def move_due_dates(country: str, cohort: str) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    form = DueDatesForm()
    shifts = _planned(found, form)
    if not shifts:
        return _dates_page(found, form, status=422)
    dates.move_due_dates(found, shifts)
    db.session.commit()
    flash(_("The due dates are moved, and the learners are told."), "success")
    place = place_of(found)
    return redirect(url_for(".settings", country=place["country"], cohort=place["cohort"]), 303)
