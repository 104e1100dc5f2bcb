"""The instructor's pages: own courses, a preview of each step, results of each quiz."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.authoring import queries
from lms.courses.outline import Outline, Step
from lms.courses.queries import courses_of_instructor, items_of, outline_of, step_text, taught_version
from lms.errors import NotFound
from lms.courses.citations import cited_sources
from lms.web.access import Role, allow
from lms.web.languages import chosen_language

bp = Blueprint("authoring", __name__, url_prefix="/teach")


@bp.get("")
@allow(Role.INSTRUCTOR)
def list_courses() -> ResponseReturnValue:
    versions = courses_of_instructor(current_user)
    return render_template(
        "authoring/list.html",
        courses=[(version, outline_of(version.id)) for version in versions],
        language=chosen_language(),
    )


@bp.get("/<course>/outline")
@allow(Role.INSTRUCTOR)
def outline(course: str) -> ResponseReturnValue:
    version = taught_version(current_user, course)
    found = outline_of(version.id)
    return render_template(
        "authoring/outline.html", version=version, outline=found, language=found.language_for(chosen_language())
    )


def _step(found: Outline, module: str, step: str, *, is_quiz: bool) -> Step:
    wanted = found.by_path.get(f"{module}/{step}")
    if wanted is None or (wanted.kind == "quiz") != is_quiz:
        raise NotFound
    return wanted


@bp.get("/<course>/preview/<module>/<step>")
@allow(Role.INSTRUCTOR)
def preview(course: str, module: str, step: str) -> ResponseReturnValue:
    """Show a step as learners see it."""
    version = taught_version(current_user, course)
    found = outline_of(version.id)
    language = found.language_for(chosen_language())
    wanted = _step(found, module, step, is_quiz=False)
    title, html, citations = step_text(version.id, wanted.path, language)
    return render_template(
        "authoring/preview.html", version=version, outline=found, step=wanted, language=language, title=title, html=html,
        sources=cited_sources(found, citations), neighbours=found.neighbours(wanted.path),
    )  # fmt: skip


@bp.get("/<course>/questions/<module>/<step>")
@allow(Role.INSTRUCTOR)
def questions(course: str, module: str, step: str) -> ResponseReturnValue:
    """Show a quiz's items with keys and feedback."""
    version = taught_version(current_user, course)
    found = outline_of(version.id)
    wanted = _step(found, module, step, is_quiz=True)
    banks = {draw["bank"] for draw in (wanted.quiz or {})["draw"]}
    items = [item for item in items_of(version.id).values() if item.bank in banks]
    return render_template(
        "authoring/questions.html", version=version, outline=found, step=wanted, items=items,
        language=found.language_for(chosen_language()),
    )  # fmt: skip


@bp.get("/<course>/analysis/<module>/<step>")
@allow(Role.INSTRUCTOR)
def analysis(course: str, module: str, step: str) -> ResponseReturnValue:
    version = taught_version(current_user, course)
    found = outline_of(version.id)
    wanted = _step(found, module, step, is_quiz=True)
    return render_template(
        "authoring/analysis.html", version=version, outline=found, results=queries.quiz_results(version, wanted),
        language=found.language_for(chosen_language()),
    )  # fmt: skip
