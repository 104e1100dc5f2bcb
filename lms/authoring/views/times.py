"""When cohorts may take a quiz, and who has extra time."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.authoring import queries
from lms.authoring.forms import GiveExtraTimeForm
from lms.authoring.views import bp
from lms.courses.models import CourseVersion
from lms.courses.outline import Step
from lms.courses.queries import contents_of, taught_version
from lms.errors import NotFound
from lms.extensions import db
from lms.quizzes.forms import WindowForm, with_refused
from lms.quizzes.queries import quiz_of_version, windows_of
from lms.quizzes.services import grant_extra_time
from lms.web.access import Role, allow
from lms.web.languages import chosen_language


@bp.get("/<course>/times/<module>/<step>")
@allow(Role.INSTRUCTOR)
def times(course: str, module: str, step: str) -> ResponseReturnValue:
    version = taught_version(current_user, course)
    return _times_page(version, quiz_of_version(version.id, f"{module}/{step}").step)


def _times_page(
    version: CourseVersion, step: Step, refused: WindowForm | None = None
) -> ResponseReturnValue:
    windows = windows_of(version.course_id, step.path)
    forms = [
        WindowForm(link, step.path, windows.get(link.cohort_id))
        for link in queries.cohorts_taking(version)
    ]
    page = render_template(
        "authoring/times.html",
        version=version,
        contents=contents_of(version.id, chosen_language()),
        step=step,
        forms=with_refused(forms, refused),
        refused=refused,
        now=datetime.now(UTC),
    )
    return page, 422 if refused else 200


@bp.post("/<course>/times/<module>/<step>/<cohort>")
@allow(Role.INSTRUCTOR)
def set_times(course: str, module: str, step: str, cohort: str) -> ResponseReturnValue:
    version = taught_version(current_user, course)
    wanted = quiz_of_version(version.id, f"{module}/{step}").step
    links = queries.cohorts_taking(version)
    link = next((one for one in links if one.cohort.slug == cohort), None)
    if link is None:
        raise NotFound
    form = WindowForm(link, wanted.path)
    if not form.validate_on_submit():
        return _times_page(version, wanted, form)
    saved = form.save()
    db.session.commit()
    flash(saved, "success")
    return redirect(url_for(".times", course=course, module=module, step=step), 303)


@bp.get("/<course>/extra-time")
@allow(Role.INSTRUCTOR)
def extra_time(course: str) -> ResponseReturnValue:
    version = taught_version(current_user, course)
    takers = queries.takers_of(version)
    return _extra_time_page(version, takers, GiveExtraTimeForm(formdata=None))


def _extra_time_page(
    version: CourseVersion, takers: queries.Takers, form: GiveExtraTimeForm, status: int = 200
) -> ResponseReturnValue:
    form.offer(takers)
    page = render_template(
        "authoring/extra_time.html",
        version=version,
        contents=contents_of(version.id, chosen_language()),
        given=takers.extra_times(),
        form=form,
    )
    return page, status


@bp.post("/<course>/extra-time")
@allow(Role.INSTRUCTOR, step_up=True)
def give_extra_time(course: str) -> ResponseReturnValue:
    version = taught_version(current_user, course)
    takers = queries.takers_of(version)
    form = GiveExtraTimeForm()
    form.offer(takers)
    holder = takers.holder(form.holder.data or "")
    if not form.validate_on_submit() or holder is None:
        return _extra_time_page(version, takers, form, 422)
    grant_extra_time(current_user, holder, form.factor, form.reason.data or "")
    db.session.commit()
    flash(_("The extra time is saved."), "success")
    return redirect(url_for(".extra_time", course=course), 303)
