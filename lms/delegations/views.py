"""The coordinator's pages: the own country's cohorts, their people, invitations and reminders."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from lms.cohorts import services as cohorts
from lms.cohorts.models import Cohort
from lms.cohorts.queries import coordinated_cohort, coordinated_cohorts, country_name
from lms.delegations import queries, services
from lms.delegations.forms import InviteForm
from lms.extensions import db
from lms.quizzes.forms import ExtraTimeForm, ReasonForm, ReopenForm, WindowForm, with_refused
from lms.quizzes.models import Attempt
from lms.quizzes.queries import extra_time_of, quiz_of_attempt
from lms.quizzes.queries import staff as staff_attempts
from lms.quizzes.services import grant_extra_time
from lms.quizzes.services import staff as staff_services
from lms.web.access import Role, allow
from lms.web.languages import chosen_language

bp = Blueprint("delegations", __name__, url_prefix="/delegations")
ATTEMPT = "/<country>/<cohort>/people/<int:person_id>/attempts/<int:attempt_id>"


@bp.get("")
@allow(Role.COORDINATOR)
def list_cohorts() -> ResponseReturnValue:
    cohort_list = list(db.session.scalars(coordinated_cohorts(current_user)))
    if len(cohort_list) == 1:
        return redirect(_address(cohort_list[0]), 303)
    return render_template(
        "delegations/list.html",
        cohorts=cohort_list,
        counts=queries.people_counts(cohort_list),
        country_name=lambda cohort: country_name(cohort.country_code, str(get_locale())),
    )


def _address(cohort: Cohort) -> str:
    return url_for(".dashboard", country=cohort.country_code.lower(), cohort=cohort.slug)


def _place(cohort: Cohort) -> dict[str, str]:
    return {"country": cohort.country_code.lower(), "cohort": cohort.slug}


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
        place=_place(cohort),
        country=country_name(cohort.country_code, str(get_locale())),
        delegation=queries.delegation_of(cohort),
        form=form,
        extra_time_form=extra_time_form or ExtraTimeForm(formdata=None),
        extra_time=extra_time_of(cohort),
        language=chosen_language(),
        now=datetime.now(UTC),
    )
    return page, status


@bp.get("/<country>/<cohort>/people/<int:person_id>")
@allow(Role.COORDINATOR)
def person(country: str, cohort: str, person_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    return _person_page(found, queries.member_of(found, person_id), ExtraTimeForm())


def _person_page(
    cohort: Cohort, members: list[queries.Member], form: ExtraTimeForm, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "delegations/person.html",
        cohort=cohort,
        place=_place(cohort),
        country=country_name(cohort.country_code, str(get_locale())),
        member=_to_remind(members),
        records=[queries.course_record(member, chosen_language()) for member in members],
        history=queries.history(members),
        attempts=queries.attempts_by_enrolment(cohort, members[0].person.id),
        extra_time_form=form,
        extra_time=extra_time_of(members[0].person),
        cohort_extra_time=extra_time_of(cohort),
        now=datetime.now(UTC),
    )
    return page, status


def _to_remind(members: list[queries.Member]) -> queries.Member:
    """Return the course that a reminder is about: the first one that is not finished."""
    return next((one for one in members if not one.progress.is_complete), members[0])


@bp.post("/<country>/<cohort>/people/<int:person_id>/remind")
@allow(Role.COORDINATOR)
def remind(country: str, cohort: str, person_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    member = _to_remind(queries.member_of(found, person_id))
    services.remind(found, member)
    db.session.commit()
    flash(_("The reminder is on its way to %(name)s.", name=member.name), "success")
    return redirect(_address(found), 303)


@bp.post("/<country>/<cohort>/people/<int:person_id>/extra-time")
@allow(Role.COORDINATOR)
def give_person_extra_time(country: str, cohort: str, person_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    members = queries.member_of(found, person_id)
    form = ExtraTimeForm()
    if not form.validate_on_submit():
        return _person_page(found, members, form, 422)
    holder = members[0].person
    grant_extra_time(current_user, holder, form.factor, form.reason.data or "")
    db.session.commit()
    flash(_("The extra time of %(name)s is saved.", name=members[0].name), "success")
    return redirect(f"{_address(found)}/people/{person_id}", 303)


@bp.post("/<country>/<cohort>/extra-time")
@allow(Role.COORDINATOR)
def give_cohort_extra_time(country: str, cohort: str) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    form = ExtraTimeForm()
    if not form.validate_on_submit():
        invitation = InviteForm(formdata=None, language=chosen_language())
        return _dashboard_page(found, invitation, 422, form)
    grant_extra_time(current_user, found, form.factor, form.reason.data or "")
    db.session.commit()
    flash(_("The extra time of the cohort is saved."), "success")
    return redirect(_address(found), 303)


@bp.get("/<country>/<cohort>/times")
@allow(Role.COORDINATOR)
def times(country: str, cohort: str) -> ResponseReturnValue:
    return _times_page(coordinated_cohort(current_user, country, cohort))


def _times_page(cohort: Cohort, refused: WindowForm | None = None) -> ResponseReturnValue:
    quizzes = queries.quiz_times(cohort, chosen_language())
    forms = [WindowForm(one.cohort_course, one.path, one.window) for one in quizzes]
    page = render_template(
        "delegations/times.html",
        cohort=cohort,
        place=_place(cohort),
        country=country_name(cohort.country_code, str(get_locale())),
        quizzes=list(zip(quizzes, with_refused(forms, refused), strict=True)),
        refused=refused,
        now=datetime.now(UTC),
    )
    return page, 422 if refused else 200


@bp.post("/<country>/<cohort>/times/<course>/<module>/<step>")
@allow(Role.COORDINATOR)
def set_times(
    country: str, cohort: str, course: str, module: str, step: str
) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    wanted = queries.times_of_quiz(found, chosen_language(), course, f"{module}/{step}")
    form = WindowForm(wanted.cohort_course, wanted.path)
    if not form.validate_on_submit():
        return _times_page(found, form)
    saved = form.save()
    db.session.commit()
    flash(saved, "success")
    return redirect(url_for(".times", country=country, cohort=cohort), 303)


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
    flash(_("The invitation is on its way to %(address)s.", address=invitation.email), "success")
    return redirect(_address(found), 303)


@bp.get(ATTEMPT)
@allow(Role.COORDINATOR)
def attempt(country: str, cohort: str, person_id: int, attempt_id: int) -> ResponseReturnValue:
    """Show the state and score of an attempt, never its answers."""
    found = coordinated_cohort(current_user, country, cohort)
    shown = staff_attempts.attempt_of_person(found.id, person_id, attempt_id)
    return _attempt_page(found, shown)


def _attempt_page(
    cohort: Cohort, shown: Attempt, form: ReasonForm | None = None, status: int = 200
) -> ResponseReturnValue:
    quiz = quiz_of_attempt(shown)
    is_open = shown.submitted_at is None
    page = render_template(
        "delegations/attempt.html",
        cohort=cohort,
        place=_place(cohort),
        country=country_name(cohort.country_code, str(get_locale())),
        attempt=shown,
        state=staff_attempts.staff_state(shown, datetime.now(UTC)),
        quiz=quiz,
        language=quiz.outline.language_for(chosen_language()),
        form=form or (ReasonForm() if is_open else ReopenForm()),
    )
    return page, status


@bp.post(f"{ATTEMPT}/end")
@allow(Role.COORDINATOR)
def end_attempt(country: str, cohort: str, person_id: int, attempt_id: int) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    shown = staff_attempts.attempt_of_person(found.id, person_id, attempt_id)
    form = ReasonForm()
    if not form.validate_on_submit():
        return _attempt_page(found, shown, form, 422)
    staff_services.end_attempt(shown, reason=form.reason.data or "")
    db.session.commit()
    flash(_("The attempt is handed in with what was saved."), "success")
    return redirect(_person_address(found, person_id), 303)


@bp.post(f"{ATTEMPT}/reopen")
@allow(Role.COORDINATOR)
def reopen_attempt(
    country: str, cohort: str, person_id: int, attempt_id: int
) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    shown = staff_attempts.attempt_of_person(found.id, person_id, attempt_id)
    form = ReopenForm()
    if not form.validate_on_submit():
        return _attempt_page(found, shown, form, 422)
    reason = form.reason.data or ""
    staff_services.reopen_attempt(current_user, shown, ends_at=form.ends_at, reason=reason)
    db.session.commit()
    flash(_("The attempt is open again, and a message tells its learner."), "success")
    return redirect(_person_address(found, person_id), 303)


def _person_address(cohort: Cohort, person_id: int) -> str:
    place = _place(cohort)
    return url_for(".person", country=place["country"], cohort=place["cohort"], person_id=person_id)
