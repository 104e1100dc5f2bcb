"""The landing page, the static pages, colours, and whether the site is well."""

from __future__ import annotations

from typing import Any

from flask import (
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import text

from lms.accounts.services.approvals import waiting_for
from lms.courses.queries import outline_of, public_versions
from lms.extensions import csrf, db
from lms.notices.queries import unread_count
from lms.site.views import bp
from lms.web.access import own_path, public
from lms.web.languages import COOKIE_SECONDS, chosen_language
from lms.web.pages import THEMES

LOG_READERS = {"administrator", "auditor", "coordinator", "officer"}
READING = frozenset({"learning.course", "learning.step", "learning.finish_step"})


@bp.get("/")
@public
def front() -> ResponseReturnValue:
    return landing(chosen_language())


@bp.get("/<language:language>/")
@public
def landing(language: str) -> ResponseReturnValue:
    outlines = [outline_of(version.id) for version in public_versions()]
    return render_template(
        "site/landing.html", courses=[_course(outline, language) for outline in outlines]
    )


def _course(outline: Any, language: str) -> dict[str, Any]:
    written = outline.text(language)
    return {
        "url": url_for("courses.course", language=language, slug=outline.slug),
        "title": written["title"],
        "summary": written["summary"],
        "hours": outline.hours,
        "languages": outline.languages,
        "language": outline.language_for(language),
        "step_count": len(outline.steps),
        "module_count": len(outline.modules),
    }


@bp.get("/<any(help, accessibility, privacy):name>")
@public
def static_page(name: str) -> ResponseReturnValue:
    return render_template(f"site/{name}.html")


@bp.get("/status")
@public
def status() -> ResponseReturnValue:
    """Say whether the site can save; a check by a machine reads only the status code."""
    db.session.execute(text("SELECT 1"))
    return render_template("site/status.html")


@bp.post("/theme")
@public
def choose_theme() -> ResponseReturnValue:
    theme = request.form.get("theme", "")
    if theme not in THEMES:
        abort(400)
    answer = make_response(
        redirect(own_path(request.form.get("next") or request.referrer, "/"), 303)
    )
    answer.set_cookie("theme", theme, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax")
    return answer


# It changes a colour; with a token every page that anybody opens would set a cookie.
csrf.exempt(choose_theme)


@bp.get("/favicon.ico")
@public
def favicon() -> Response:
    return send_from_directory(
        str(current_app.static_folder), "img/favicon.svg", mimetype="image/svg+xml"
    )


@bp.get("/robots.txt")
@public
def robots() -> Response:
    return Response("User-agent: *\nDisallow: /learn\nDisallow: /v/\n", mimetype="text/plain")


@bp.app_context_processor
def navigation() -> dict[str, Any]:
    """Give templates the menu, and what it depends on besides the page's language and address."""
    key = (own_roles(), chosen_language(), new_notices(), waiting_count())
    return {"nav_items": nav_items, "nav_key": key}


def own_roles() -> frozenset[str] | None:
    return current_user.role_names if current_user.is_authenticated else None


def new_notices() -> int:
    """Count the notices that were not read. Where somebody learns, nothing calls away, and nothing is asked."""
    is_learning = request.blueprint == "quizzes" or request.endpoint in READING
    if is_learning or not current_user.is_authenticated:
        return 0
    if "new_notices" not in g:
        g.new_notices = unread_count(current_user)
    return int(g.new_notices)


ALL_COHORTS = {"administrator", "auditor"}
"""Who sees the numbers of every cohort; coordinators come to theirs from their delegations."""


def nav_items() -> list[dict[str, Any]]:
    """List the menu of whoever looks: what a role opens, nothing else.

    An office has so many entries that the catalogue, which is on the front page, and the help, which is in the foot of
    every page, would fill a second line.
    """
    roles = own_roles() or frozenset()
    language = chosen_language()
    is_office = not roles.isdisjoint({"administrator", "coordinator"})
    entries = (
        (_("My learning"), "/learn", current_user.is_authenticated),
        (_("Delegation"), "/delegations", "coordinator" in roles),
        (_("Teaching"), "/teach", "instructor" in roles),
        (_("Mentoring"), "/teach/cohorts", "mentor" in roles),
        (_("Certificates"), "/certificates/eligible", "officer" in roles),
        (_("Programmes"), "/programmes", is_office),
        (_approvals_label(), "/approvals", not roles.isdisjoint(APPROVING)),
        (_("Comparison"), "/delegations/compare", not roles.isdisjoint(ALL_COHORTS)),
        (_("People"), "/admin/users", "administrator" in roles),
        (_("Public bodies"), "/institutions", is_office),
        (_("Audit log"), "/admin/audit", not roles.isdisjoint(LOG_READERS)),
        (_notices_label(), "/account/notices", current_user.is_authenticated),
        (_("Courses"), f"/{language}/courses", not is_office),
        (_("Check a certificate"), f"/{language}/verify", not current_user.is_authenticated),
        (_("Help"), "/help", not is_office),
    )
    return [
        {"label": label, "url": url, "is_current": _is_here(url)}
        for label, url, is_shown in entries
        if is_shown
    ]


def _notices_label() -> str:
    count = new_notices()
    return _("Notices (%(count)d)", count=count) if count else _("Notices")


APPROVING = {"administrator", "officer"}


def waiting_count() -> int:
    """Count what waits for the agreement of whoever looks; nobody else is asked about."""
    if (own_roles() or frozenset()).isdisjoint(APPROVING):
        return 0
    if "waiting_count" not in g:
        g.waiting_count = len(waiting_for(current_user))
    return int(g.waiting_count)


def _approvals_label() -> str:
    count = waiting_count()
    return _("Approvals (%(num)d)", num=count) if count else _("Approvals")


def _is_here(url: str) -> bool:
    section = "/certificates" if url == "/certificates/eligible" else url
    return request.path == section or request.path.startswith(section + "/")
