"""How much time an attempt has, and more of it."""

from __future__ import annotations

from typing import Any

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from lms.cohorts.queries import seat_of
from lms.extensions import db
from lms.quizzes import queries, services
from lms.quizzes.queries import Sitting
from lms.quizzes.rules import extra_time
from lms.quizzes.views import bp
from lms.web.access import allow
from lms.web.languages import chosen_language


def _sitting(cohort: str, course: str, module: str, step: str, attempt: int) -> Sitting:
    path, to_change = f"{module}/{step}", request.method == "POST"
    seat = seat_of(current_user, cohort, course)
    return queries.sitting_of(seat, path, attempt, chosen_language(), to_change=to_change)


@bp.app_template_global()
def limit_words(limit_seconds: int, factor: float = 1, extended_seconds: int = 0) -> str:
    """Write a limit with what it is made of: 66 min (30 + 30 extra time + 6 added)."""
    extra_seconds = extra_time(limit_seconds, factor).total_seconds()
    total = _minutes(limit_seconds + extra_seconds + extended_seconds)
    parts = [_minutes(limit_seconds)]
    if extra_seconds:
        parts.append(_("%(minutes)s extra time", minutes=_minutes(extra_seconds)))
    if extended_seconds:
        parts.append(_("%(minutes)s added", minutes=_minutes(extended_seconds)))
    if len(parts) == 1:
        return _("%(minutes)s min", minutes=total)
    return _("%(minutes)s min (%(parts)s)", minutes=total, parts=" + ".join(parts))


@bp.app_template_global()
def extra_time_words(factor: float) -> str:
    """Write an extra-time factor: 50 % more time (× 1.5)."""
    percent, times = round(100 * (factor - 1)), format_decimal(factor, "0.##")
    return _("%(percent)d %% more time (× %(times)s)", percent=percent, times=times)


def _minutes(seconds: float) -> str:
    return str(format_decimal(seconds / 60, "0.#"))


def _clock(sitting: Sitting) -> dict[str, Any]:
    attempt, extension = sitting.attempt, sitting.extension
    limit = attempt.limit_seconds
    return {
        "is_open": sitting.is_open,
        "seconds_left": sitting.seconds_left,
        "can_extend": sitting.may_extend,
        "extend_minutes": extension.seconds // 60 if extension else 0,
        "extension": extension.number if extension else 0,  # which one to ask for
        "limit": limit_words(limit, attempt.extra_time_factor, attempt.extended_seconds)
        if limit
        else "",
        "csrf_token": generate_csrf(),
    }


@bp.get("/attempt/<int:attempt>/clock")
@allow()
def clock(cohort: str, course: str, module: str, step: str, attempt: int) -> ResponseReturnValue:
    """Tell the page's script what the server's clock says, and give it a fresh token."""
    return jsonify(_clock(_sitting(cohort, course, module, step, attempt)))


@bp.post("/attempt/<int:attempt>/extend")
@allow()
def extend(cohort: str, course: str, module: str, step: str, attempt: int) -> ResponseReturnValue:
    """Lengthen the attempt by one step, and go on where one was."""
    sitting = _sitting(cohort, course, module, step, attempt)
    services.extend(sitting, request.form.get("extension", type=int))
    db.session.commit()
    if request.accept_mimetypes.best == "application/json":
        return jsonify(_clock(sitting))
    number = request.form.get("next", type=int)
    if number is None:
        return redirect(url_for(".review", **sitting.url_values), 303)
    return redirect(url_for(".question", **sitting.url_values, number=number), 303)
