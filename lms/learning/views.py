"""The learner's pages: my learning, a course, a step, progress."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.certificates.queries import certificates_of
from lms.cohorts.queries import Seat, seat_of, seats_of
from lms.courses.citations import cited_sources
from lms.courses.outline import Step
from lms.courses.queries import outline_of, step_text
from lms.errors import NotFound
from lms.extensions import db
from lms.progress import services as progress
from lms.progress.queries import done_times, progress_of, progress_of_many, reflection_of
from lms.quizzes.queries import attempts_of, best_results
from lms.web.access import allow
from lms.web.languages import chosen_language

bp = Blueprint("learning", __name__, url_prefix="/learn")


@bp.get("")
@allow()
def my_learning() -> ResponseReturnValue:
    seats = seats_of(current_user)
    progresses = progress_of_many((seat.enrolment_id, seat.version_id) for seat in seats)
    return render_template(
        "learning/my_learning.html",
        courses=[(seat, progresses[seat.enrolment_id]) for seat in seats],
        certificates=certificates_of(current_user),
        language=chosen_language(),
    )


@bp.get("/<cohort>/<course>")
@allow()
def course(cohort: str, course: str) -> ResponseReturnValue:
    seat = seat_of(current_user, cohort, course)
    reached = progress_of(seat)
    return render_template(
        "learning/course.html",
        seat=seat,
        outline=reached.outline,
        progress=reached,
        language=reached.outline.language_for(chosen_language()),
    )


@bp.get("/<cohort>/<course>/progress")
@allow()
def transcript(cohort: str, course: str) -> ResponseReturnValue:
    seat = seat_of(current_user, cohort, course)
    reached = progress_of(seat)
    return render_template(
        "learning/transcript.html",
        seat=seat,
        outline=reached.outline,
        progress=reached,
        times=done_times(seat),
        results=best_results([seat.enrolment_id]).get(seat.enrolment_id, {}),
        language=reached.outline.language_for(chosen_language()),
    )


def _step_of(seat: Seat, path: str) -> Step:
    found = outline_of(seat.version_id).by_path.get(path)
    if found is None:
        raise NotFound
    return found


@bp.get("/<cohort>/<course>/<module>/<step>")
@allow()
def step(cohort: str, course: str, module: str, step: str) -> ResponseReturnValue:
    seat = seat_of(current_user, cohort, course)
    found = _step_of(seat, f"{module}/{step}")
    if found.kind == "quiz":
        return _quiz_door(seat, found)
    return _step_page(seat, found)


def _quiz_door(seat: Seat, found: Step) -> ResponseReturnValue:
    """Lead to where a quiz goes on: its open attempt, the last result, or its start."""
    attempts = attempts_of(seat, found.path)
    address = {**seat.url_values, "module": found.module_slug, "step": found.slug}
    if not attempts:
        return redirect(url_for("quizzes.start", **address), 303)
    last = attempts[-1]
    endpoint = "quizzes.result" if last.submitted_at else "quizzes.question"
    values = {} if last.submitted_at else {"number": 1}
    return redirect(url_for(endpoint, **address, attempt=last.number, **values), 303)


def _step_page(seat: Seat, found: Step, error: str = "", typed: str | None = None, status: int = 200) -> ResponseReturnValue:
    reached = progress_of(seat)
    outline = reached.outline
    language = outline.language_for(chosen_language())
    title, html, citations = step_text(seat.version_id, found.path, language)
    reflection = reflection_of(seat, found.path) if found.kind == "reflection" else None
    page = render_template(
        "learning/step.html",
        seat=seat,
        outline=outline,
        progress=reached,
        step=found,
        module=outline.modules[[module.slug for module in outline.modules].index(found.module_slug)],
        neighbours=outline.neighbours(found.path),
        title=title,
        html=html,
        sources=cited_sources(outline, citations),
        language=language,
        reflection=typed if typed is not None else (reflection.text if reflection else ""),
        error=error,
    )
    return page, status


@bp.post("/<cohort>/<course>/<module>/<step>")
@allow()
def finish_step(cohort: str, course: str, module: str, step: str) -> ResponseReturnValue:
    """Mark a step as done and go on; a reflection is saved with it."""
    seat = seat_of(current_user, cohort, course)
    found = _step_of(seat, f"{module}/{step}")
    if found.kind == "reflection":
        text = request.form.get("text", "")
        try:
            progress.save_reflection(seat, found, text)
        except progress.ReflectionEmpty as refusal:
            return _step_page(seat, found, str(refusal.message), text, refusal.status)
    else:
        progress.mark_done(seat, found)
    db.session.commit()
    _before, after = outline_of(seat.version_id).neighbours(found.path)
    if after is None:
        return redirect(url_for(".course", **seat.url_values), 303)
    return redirect(url_for(".step", **seat.url_values, module=after.module_slug, step=after.slug), 303)
