"""The attempts at a quiz: which there are, how one went, ending and reopening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.authoring.forms import AttemptFilterForm
from lms.authoring.queries import cohorts_taking, timeline_of
from lms.authoring.rules import EVENT_NAMES, STATE_NAMES
from lms.authoring.views import bp
from lms.courses.contents import Contents
from lms.courses.models import CourseVersion
from lms.courses.outline import Step
from lms.courses.queries import contents_of, taught_version
from lms.extensions import db
from lms.quizzes.forms import ReasonForm, ReopenForm
from lms.quizzes.models import Attempt
from lms.quizzes.queries import quiz_of_version
from lms.quizzes.queries import staff as quizzes
from lms.quizzes.services import staff as services
from lms.web.access import Role, allow
from lms.web.languages import chosen_language
from lms.web.pages import paged

MOST_AT_ONCE = 200  # attempts that one press ends: each is marked while the page waits
QUIZ = "/<course>/attempts/<module>/<step>"
ATTEMPT = f"{QUIZ}/<int:attempt_id>"


@dataclass(frozen=True)
class _Place:
    """A quiz of a course that the caller teaches."""

    version: CourseVersion
    step: Step

    @property
    def contents(self) -> Contents:
        return contents_of(self.version.id, chosen_language())

    @property
    def address(self) -> dict[str, Any]:
        slugs = {"module": self.step.module_slug, "step": self.step.slug}
        return {"course": self.version.course.slug, **slugs}

    def attempt(self, attempt_id: int) -> Attempt:
        return quizzes.attempt_at(self.version.course_id, self.step.path, attempt_id)


def _place(course: str, module: str, step: str) -> _Place:
    version = taught_version(current_user, course)
    return _Place(version, quiz_of_version(version.id, f"{module}/{step}").step)


@bp.get(QUIZ)
@allow(Role.INSTRUCTOR)
def attempts(course: str, module: str, step: str) -> ResponseReturnValue:
    place, now = _place(course, module, step), datetime.now(UTC)
    form = AttemptFilterForm.from_address(cohorts_taking(place.version))
    filters = form.filters()
    query = quizzes.attempts_at(place.version.course_id, place.step.path)
    found = quizzes.narrowed(query, now, **filters)
    return render_template(
        "authoring/attempts.html",
        place=place,
        filter_form=form,
        filters=filters,
        page=paged(found),
        unfinished_count=quizzes.count(quizzes.unfinished(found)),
        state_of=lambda attempt: quizzes.staff_state(attempt, now),
        state_names=STATE_NAMES,
    )


@bp.get(f"{QUIZ}/end")
@allow(Role.INSTRUCTOR)
def confirm_end(course: str, module: str, step: str) -> ResponseReturnValue:
    """Say once more whose attempts end, before any does."""
    place, now = _place(course, module, step), datetime.now(UTC)
    form = AttemptFilterForm.from_address(cohorts_taking(place.version))
    query = quizzes.attempts_at(place.version.course_id, place.step.path)
    found = quizzes.unfinished(quizzes.narrowed(query, now, **form.filters()))
    rows = [row[0] for row in db.session.execute(found.limit(MOST_AT_ONCE))]
    if not rows:
        flash(_("Nothing is open here, so there is nothing to end."), "warning")
        return redirect(url_for(".attempts", **place.address, **form.filters()), 303)
    return _confirm_page(place, rows, ReasonForm())


def _confirm_page(
    place: _Place, chosen: list[Attempt], form: ReasonForm, status: int = 200
) -> ResponseReturnValue:
    now = datetime.now(UTC)
    page = render_template(
        "authoring/end_attempts.html",
        place=place,
        attempts=chosen,
        form=form,
        state_of=lambda attempt: quizzes.staff_state(attempt, now),
        state_names=STATE_NAMES,
    )
    return page, status


@bp.post(f"{QUIZ}/end")
@allow(Role.INSTRUCTOR)
def end_attempts(course: str, module: str, step: str) -> ResponseReturnValue:
    """End what the page before listed; what was handed in meanwhile stays as it is."""
    place, form = _place(course, module, step), ReasonForm()
    chosen = _chosen(place)
    if not chosen:
        flash(_("Nothing is open here, so there is nothing to end."), "warning")
        return redirect(url_for(".attempts", **place.address), 303)
    if not form.validate_on_submit():
        return _confirm_page(place, chosen, form, 422)
    ended = services.end_attempts(chosen, reason=form.reason.data or "")
    db.session.commit()
    flash(ngettext("%(num)d attempt ended.", "%(num)d attempts ended.", ended), "success")
    return redirect(url_for(".attempts", **place.address), 303)


def _chosen(place: _Place) -> list[Attempt]:
    typed = request.form.getlist("attempt")[:MOST_AT_ONCE]
    ids = [int(value) for value in typed if value.isdecimal() and len(value) < 10]
    query = quizzes.attempts_at(place.version.course_id, place.step.path)
    found = query.where(Attempt.id.in_(ids))
    return [row[0] for row in db.session.execute(quizzes.unfinished(found))]


@bp.get(ATTEMPT)
@allow(Role.INSTRUCTOR)
def attempt(course: str, module: str, step: str, attempt_id: int) -> ResponseReturnValue:
    place = _place(course, module, step)
    return _attempt_page(place, place.attempt(attempt_id), ReopenForm())


def _attempt_page(
    place: _Place, shown: Attempt, form: ReopenForm, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "authoring/attempt.html",
        place=place,
        timeline=timeline_of(shown, place.contents.language),
        form=form,
        state=quizzes.staff_state(shown, datetime.now(UTC)),
        state_names=STATE_NAMES,
        event_names=EVENT_NAMES,
    )
    return page, status


@bp.post(f"{ATTEMPT}/reopen")
@allow(Role.INSTRUCTOR, step_up=True)
def reopen_attempt(course: str, module: str, step: str, attempt_id: int) -> ResponseReturnValue:
    place, form = _place(course, module, step), ReopenForm()
    shown = place.attempt(attempt_id)
    if not form.validate_on_submit():
        return _attempt_page(place, shown, form, 422)
    services.reopen_attempt(
        current_user, shown, ends_at=form.ends_at, reason=form.reason.data or ""
    )
    db.session.commit()
    flash(_("The attempt is open again, and a message tells its learner."), "success")
    return redirect(url_for(".attempt", **place.address, attempt_id=attempt_id), 303)
