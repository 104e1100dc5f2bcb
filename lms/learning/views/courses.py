"""My learning, a course, a step, progress."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.certificates.queries import certificates_of
from lms.cohorts.queries import Seat, seat_of
from lms.courses.citations import date_words
from lms.courses.outline import Step
from lms.courses.queries import citations_of, contents_of, outline_of, sources_of, step_text
from lms.errors import NotFound
from lms.extensions import db
from lms.learning import queries
from lms.learning.forms import ReflectionForm
from lms.learning.views import bp
from lms.progress import services as progress
from lms.progress.queries import completed_at, done_times, progress_of, reflection_of
from lms.progress.rules import progress as progress_with
from lms.quizzes.queries import attempts_of, counting_results, sitting_of
from lms.web.access import allow
from lms.web.languages import chosen_language


@bp.get("")
@allow()
def my_learning() -> ResponseReturnValue:
    certificates = certificates_of(current_user)
    cards = queries.cards_of(current_user, chosen_language(), certificates)
    return render_template(
        "learning/my_learning.html", cards=cards, certificates=certificates, now=datetime.now(UTC)
    )


@bp.get("/<cohort>/<course>")
@allow()
def course(cohort: str, course: str) -> ResponseReturnValue:
    seat = seat_of(current_user, cohort, course)
    card = queries.card_of(current_user, seat, chosen_language())
    return render_template("learning/course.html", card=card, outline=outline_of(seat.version_id))


@bp.get("/<cohort>/<course>/progress")
@allow()
def transcript(cohort: str, course: str) -> ResponseReturnValue:
    seat = seat_of(current_user, cohort, course)
    times = done_times(seat)
    return render_template(
        "learning/transcript.html",
        seat=seat,
        contents=contents_of(seat.version_id, chosen_language()),
        progress=progress_with(outline_of(seat.version_id), times),
        times=times,
        results=counting_results([seat.enrolment_id]).get(seat.enrolment_id, {}),
        completed_at=completed_at(seat.enrolment_id),
    )


@bp.get("/<cohort>/<course>/terms")
@allow()
def terms(cohort: str, course: str) -> ResponseReturnValue:
    """Explain the key terms of the course."""
    seat = seat_of(current_user, cohort, course)
    return render_template(
        "learning/terms.html",
        contents=contents_of(seat.version_id, chosen_language()),
        course_url=url_for(".course", **seat.url_values),
    )


@bp.get("/<cohort>/<course>/sources")
@allow()
def sources(cohort: str, course: str) -> ResponseReturnValue:
    """Show the sites and sources of the course, with what rests on each."""
    seat = seat_of(current_user, cohort, course)
    return render_template(
        "learning/sources.html",
        contents=contents_of(seat.version_id, chosen_language()),
        provenance=sources_of(seat.version_id, chosen_language()),
        course_url=url_for(".course", **seat.url_values),
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
    if found.kind != "reflection":
        return _step_page(seat, found)
    kept = reflection_of(seat, found.path)
    return _step_page(seat, found, ReflectionForm(text=kept.text if kept else ""))


def _quiz_door(seat: Seat, found: Step) -> ResponseReturnValue:
    """Lead to where a quiz goes on: its open attempt, the last result, or its start."""
    attempts = attempts_of(seat, found.path)
    address = {**seat.url_values, "module": found.module_slug, "step": found.slug}
    if not attempts:
        return redirect(url_for("quizzes.start", **address), 303)
    last = attempts[-1]
    if last.submitted_at is not None:
        return redirect(url_for("quizzes.result", **address, attempt=last.number), 303)
    begun = sitting_of(seat, found.path, last.number, chosen_language())
    return redirect(
        url_for("quizzes.question", **begun.url_values, number=begun.resume_number), 303
    )


def _step_page(
    seat: Seat, found: Step, form: ReflectionForm | None = None, status: int = 200
) -> ResponseReturnValue:
    contents = contents_of(seat.version_id, chosen_language())
    outline = outline_of(seat.version_id)
    module, line = contents.by_path[found.path]
    before, after = outline.neighbours(found.path)
    title, html, _facts = step_text(seat.version_id, found.path, contents.language)
    page = render_template(
        "learning/step.html",
        seat=seat,
        outline=outline,
        contents=contents,
        progress=progress_of(seat),
        step=found,
        module=module,
        line=line,
        before=before,
        after=contents.by_path[after.path][1] if after else None,
        title=title,
        html=html,
        citations=citations_of(seat.version_id, found.path, contents.language),
        reviewed=date_words(found.reviewed),
        form=form,
    )
    return page, status


@bp.post("/<cohort>/<course>/<module>/<step>")
@allow()
def finish_step(cohort: str, course: str, module: str, step: str) -> ResponseReturnValue:
    """Mark a step as done and go on; a reflection is saved with it."""
    seat = seat_of(current_user, cohort, course)
    found = _step_of(seat, f"{module}/{step}")
    here = {**seat.url_values, "module": found.module_slug, "step": found.slug}
    if found.kind == "reflection":
        form = ReflectionForm()
        if not form.validate_on_submit():
            return _step_page(seat, found, form, 422)
        is_first = progress.save_reflection(seat, found, form.text.data)
        if not is_first:
            db.session.commit()
            flash(_("Your note is saved."), "success")
            return redirect(url_for(".step", **here), 303)
    else:
        progress.mark_done(seat, found)
    db.session.commit()
    _before, after = outline_of(seat.version_id).neighbours(found.path)
    if after is None:
        return redirect(url_for(".course", **seat.url_values), 303)
    there = {**seat.url_values, "module": after.module_slug, "step": after.slug}
    return redirect(url_for(".step", **there), 303)
