"""When quizzes are open, and attempts at them."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from lms.cohorts.models import Cohort
from lms.cohorts.queries import coordinated_cohort, country_name
from lms.delegations import queries
from lms.delegations.views import bp
from lms.delegations.views.addresses import place_of
from lms.extensions import db
from lms.quizzes.forms import ExtraTimeForm, ReasonForm, ReopenForm, WindowForm, with_refused
from lms.quizzes.models import Attempt
from lms.quizzes.queries import extra_time_of, quiz_of_attempt
from lms.quizzes.queries import staff as staff_attempts
from lms.quizzes.services import grant_extra_time
from lms.quizzes.services import staff as staff_services
from lms.web.access import Role, allow
from lms.web.languages import chosen_language


@bp.get("/<country>/<cohort>/times")
@allow(Role.COORDINATOR)
def times(country: str, cohort: str) -> ResponseReturnValue:
    return _times_page(coordinated_cohort(current_user, country, cohort))


def _times_page(
    cohort: Cohort,
    refused: WindowForm | None = None,
    extra_time_form: ExtraTimeForm | None = None,
) -> ResponseReturnValue:
    quizzes = queries.quiz_times(cohort, chosen_language())
    forms = [WindowForm(one.cohort_course, one.path, one.window) for one in quizzes]
    page = render_template(
        "delegations/times.html",
        cohort=cohort,
        place=place_of(cohort),
        country=country_name(cohort.country_code, str(get_locale())),
        quizzes=list(zip(quizzes, with_refused(forms, refused), strict=True)),
        refused=refused or extra_time_form,
        extra_time_form=extra_time_form or ExtraTimeForm(formdata=None),
        extra_time=extra_time_of(cohort),
        now=datetime.now(UTC),
    )
    return page, 422 if refused or extra_time_form else 200


@bp.post("/<country>/<cohort>/extra-time")
@allow(Role.COORDINATOR, step_up=True)
def give_cohort_extra_time(country: str, cohort: str) -> ResponseReturnValue:
    found = coordinated_cohort(current_user, country, cohort)
    form = ExtraTimeForm()
    if not form.validate_on_submit():
        return _times_page(found, extra_time_form=form)
    grant_extra_time(current_user, found, form.factor, form.reason.data or "")
    db.session.commit()
    flash(_("The extra time of the cohort is saved."), "success")
    return redirect(url_for(".times", country=country, cohort=cohort), 303)


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


ATTEMPT = "/<country>/<cohort>/people/<int:person_id>/attempts/<int:attempt_id>"


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
        place=place_of(cohort),
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
@allow(Role.COORDINATOR, step_up=True)
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
    place = place_of(cohort)
    return url_for(".person", country=place["country"], cohort=place["cohort"], person_id=person_id)
