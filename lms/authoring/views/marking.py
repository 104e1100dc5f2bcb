"""Answers that people mark: what waits in a quiz, and one answer with its rubric."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.authoring.forms import MarkingForm, with_criteria
from lms.authoring.views import bp
from lms.courses.models import CourseVersion
from lms.courses.queries import contents_of, outline_of, taught_version
from lms.errors import LmsError
from lms.extensions import db
from lms.quizzes import queries, services
from lms.quizzes.queries import Paper, Quiz, Task
from lms.quizzes.rules import Stage
from lms.web.access import Role, allow
from lms.web.downloads import as_attachment
from lms.web.languages import chosen_language
from lms.web.pages import paged


@bp.app_template_global()
def marking_counts(version: CourseVersion) -> dict[str, int]:
    """Return how many attempts wait for a person, of each quiz that has something to mark."""
    counts, outline = queries.waiting_counts(version.course_id), outline_of(version.id)
    quizzes = (step for step in outline.steps if step.kind == "quiz")
    return {
        step.path: counts.get(step.path, 0)
        for step in quizzes
        if step.path in counts or Quiz(step, outline, version.id).is_marked_by_people
    }


@bp.get("/<course>/marking/<module>/<step>")
@allow(Role.INSTRUCTOR)
def marking_queue(course: str, module: str, step: str) -> ResponseReturnValue:
    version = taught_version(current_user, course)
    quiz = queries.quiz_of_version(version.id, f"{module}/{step}")
    waiting = queries.waiting_papers(version.course_id, quiz.step.path)
    done = paged(queries.done_attempts(version.course_id, quiz.step.path))
    return render_template(
        "authoring/marking_queue.html",
        version=version,
        contents=contents_of(version.id, chosen_language()),
        step=quiz.step,
        settings=quiz.settings.marking,
        first=[paper for paper in waiting if paper.stage is Stage.FIRST],
        second=[paper for paper in waiting if paper.stage is Stage.SECOND],
        done=queries.papers(done.rows),
        page=done,
        now=datetime.now(UTC),
    )


def _found(
    course: str, module: str, step: str, attempt_id: int, key: str
) -> tuple[CourseVersion, Paper, Task]:
    """Find an answer through its attempt, its quiz and the course that somebody teaches, else 404."""
    version, to_change = taught_version(current_user, course), request.method == "POST"
    paper = queries.paper_of(version.course_id, f"{module}/{step}", attempt_id, to_change=to_change)
    return version, paper, paper.task(key)


@bp.get("/<course>/marking/<module>/<step>/<int:attempt_id>/<bank>/<item>")
@allow(Role.INSTRUCTOR)
def marking(
    course: str, module: str, step: str, attempt_id: int, bank: str, item: str
) -> ResponseReturnValue:
    version, paper, task = _found(course, module, step, attempt_id, f"{bank}/{item}")
    return _marking_page(version, paper, task)


@bp.post("/<course>/marking/<module>/<step>/<int:attempt_id>/<bank>/<item>")
@allow(Role.INSTRUCTOR, step_up=True)
def mark_answer(
    course: str, module: str, step: str, attempt_id: int, bank: str, item: str
) -> ResponseReturnValue:
    version, paper, task = _found(course, module, step, attempt_id, f"{bank}/{item}")
    criteria = _criteria(paper, task)
    form = with_criteria(criteria, is_change=bool(request.form.get("seen_id", type=int)))()
    if not form.validate_on_submit():
        return _marking_page(version, paper, task, form, status=422)
    try:
        services.mark_answer(paper, task, current_user, form.given(criteria))
    except services.MarkedMeanwhile as refusal:
        return _marking_page(version, paper, task, _again(paper, task, form), refusal)
    db.session.commit()
    return _go_on(course, module, step, attempt_id)


def _go_on(course: str, module: str, step: str, attempt_id: int) -> ResponseReturnValue:
    """Lead to the next answer of the same attempt, else back to what waits."""
    version = taught_version(current_user, course)
    paper = queries.paper_of(version.course_id, f"{module}/{step}", attempt_id)
    following = paper.next_for(current_user)
    place: dict[str, Any] = {"course": course, "module": module, "step": step}
    if following:
        flash(_("Saved. This is the next answer of the same attempt."), "success")
        return redirect(url_for(".marking", **place, **address(paper, following)), 303)
    if paper.is_settled:
        flash(_("Saved. The result counts, and the learner gets an e-mail."), "success")
    else:
        flash(_("Saved. The attempt waits for another person to mark it."), "success")
    return redirect(url_for(".marking_queue", **place), 303)


def address(paper: Paper, task: Task) -> dict[str, Any]:
    """Return what names an answer in its address: nothing that tells whose it is."""
    bank, _slash, item = task.key.partition("/")
    return {"attempt_id": paper.attempt.id, "bank": bank, "item": item}


def _criteria(paper: Paper, task: Task) -> dict[str, Any]:
    text = queries.text_of(paper, task, chosen_language())
    return {criterion: text["rubric"][criterion] for criterion in task.rubric}


def _form(paper: Paper, task: Task) -> MarkingForm | None:
    """Return the form with the mark that holds; None where this person cannot mark now."""
    place = paper.place_for(current_user, task)
    if place is None or paper.is_of(current_user):
        return None
    mark = task.holding(place)
    values: dict[str, Any] = {"place": place, "seen_id": mark.id if mark else 0}
    if mark:
        values |= {f"level-{name}": str(level) for name, level in mark.levels.items()}
        values["comment"] = mark.comment
    form = with_criteria(_criteria(paper, task), is_change=mark is not None)
    return form(formdata=None, data=values)


def _again(paper: Paper, task: Task, form: MarkingForm) -> MarkingForm:
    """Keep what was typed, for the mark that is there now."""
    fresh = _form(paper, task)
    if fresh is None:
        return form
    for field in form:
        if field.name in fresh and field.name not in {"place", "seen_id", "csrf_token"}:
            fresh[field.name].data = field.data
    return fresh


def _marking_page(
    version: CourseVersion,
    paper: Paper,
    task: Task,
    form: MarkingForm | None = None,
    refusal: LmsError | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    step, fresh = paper.quiz.step, _form(paper, task)
    page = render_template(
        "authoring/marking.html",
        version=version,
        contents=contents_of(version.id, chosen_language()),
        step=step,
        paper=paper,
        task=task,
        text=queries.text_of(paper, task, chosen_language()),
        criteria=_criteria(paper, task),
        response=queries.response_to(paper, task),
        form=form or fresh,
        refusal=refusal,
        may_mark=fresh is not None,
        shows_marks=paper.shows_marks_to(current_user, task),
        is_own=paper.is_of(current_user),
        address={"course": version.course.slug, "module": step.module_slug, "step": step.slug},
    )
    return page, refusal.status if refusal else status


@bp.get("/<course>/marking/<module>/<step>/<int:attempt_id>/<bank>/<item>/file")
@allow(Role.INSTRUCTOR)
def handed_in_file(
    course: str, module: str, step: str, attempt_id: int, bank: str, item: str
) -> ResponseReturnValue:
    """Give the file that was handed in; where answers are anonymous, without the name it had."""
    _version, paper, task = _found(course, module, step, attempt_id, f"{bank}/{item}")
    response = queries.response_to(paper, task)
    file = queries.file_of(paper.attempt, response)
    name = str(response["name"])
    if paper.is_anonymous:
        name = f"{paper.attempt.id}-{task.number}.{name.rpartition('.')[2]}"
    return as_attachment(file.content, name=name, media_type=file.media_type)
