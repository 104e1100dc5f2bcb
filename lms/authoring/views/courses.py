"""Own courses, and a preview of each step."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.authoring import queries
from lms.authoring.views import bp
from lms.courses.citations import date_words
from lms.courses.outline import Outline, Step
from lms.courses.queries import (
    citations_of,
    contents_of,
    courses_of_instructor,
    outline_of,
    step_text,
    taught_version,
)
from lms.errors import NotFound
from lms.web.access import Role, allow
from lms.web.languages import chosen_language


@bp.get("")
@allow(Role.INSTRUCTOR)
def list_courses() -> ResponseReturnValue:
    versions = courses_of_instructor(current_user)
    return render_template(
        "authoring/list.html",
        courses=[(version, outline_of(version.id)) for version in versions],
        counts=queries.learner_counts(versions),
        language=chosen_language(),
    )


@bp.get("/<course>/outline")
@allow(Role.INSTRUCTOR)
def outline(course: str) -> ResponseReturnValue:
    version = taught_version(current_user, course)
    return render_template(
        "authoring/outline.html",
        version=version,
        outline=outline_of(version.id),
        contents=contents_of(version.id, chosen_language()),
        learner_count=queries.learner_counts([version]).get(version.course_id, 0),
    )


def _step(found: Outline, module: str, step: str) -> Step:
    wanted = found.by_path.get(f"{module}/{step}")
    if wanted is None or wanted.kind == "quiz":
        raise NotFound
    return wanted


@bp.get("/<course>/preview/<module>/<step>")
@allow(Role.INSTRUCTOR)
def preview(course: str, module: str, step: str) -> ResponseReturnValue:
    """Show a step as learners see it."""
    version = taught_version(current_user, course)
    found = outline_of(version.id)
    contents = contents_of(version.id, chosen_language())
    wanted = _step(found, module, step)
    title, html, _facts = step_text(version.id, wanted.path, contents.language)
    before, after = found.neighbours(wanted.path)
    return render_template(
        "authoring/preview.html",
        version=version,
        outline=found,
        contents=contents,
        step=wanted,
        before=before,
        after=after,
        title=title,
        html=html,
        citations=citations_of(version.id, wanted.path, contents.language),
        reviewed=date_words(wanted.reviewed),
    )
