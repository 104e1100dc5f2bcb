"""The public catalogue and each course's public page."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.courses import queries
from lms.web.access import public
from lms.web.languages import chosen_language

bp = Blueprint("courses", __name__)


@bp.get("/courses", endpoint="catalogue_in_my_language")
@public
def catalogue_in_my_language() -> ResponseReturnValue:
    return redirect(url_for(".catalogue", language=chosen_language()), 303)


@bp.get("/<language:language>/courses")
@public
def catalogue(language: str) -> ResponseReturnValue:
    outlines = [queries.outline_of(version.id) for version in queries.public_versions()]
    return render_template("courses/catalogue.html", outlines=outlines, language=language)


@bp.get("/<language:language>/courses/<slug>")
@public
def course(language: str, slug: str) -> ResponseReturnValue:
    version = queries.public_version(slug)
    outline = queries.outline_of(version.id)
    contents = queries.contents_of(version.id, language)
    names = outline.text(language)["sites"]
    used = dict.fromkeys(step.site for step in outline.steps if step.site)
    return render_template(
        "courses/course.html",
        outline=outline,
        contents=contents,
        language=language,
        places=[names[site] for site in used],
        version=version,
    )


@bp.get("/<language:language>/courses/<slug>/terms")
@public
def terms(language: str, slug: str) -> ResponseReturnValue:
    """Explain the key terms of a course."""
    version = queries.public_version(slug)
    contents = queries.contents_of(version.id, language)
    return render_template(
        "courses/terms.html", contents=contents, slug=slug, language=language, course_url=None
    )


@bp.get("/<language:language>/courses/<slug>/sources")
@public
def sources(language: str, slug: str) -> ResponseReturnValue:
    """Show the sites and sources of a course, with what rests on each."""
    version = queries.public_version(slug)
    return render_template(
        "courses/sources.html",
        contents=queries.contents_of(version.id, language),
        provenance=queries.sources_of(version.id, language),
        slug=slug,
        language=language,
        course_url=None,
    )
