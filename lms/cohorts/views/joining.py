"""Joining an open cohort of the own country, and the own nominations."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.cohorts import queries, services
from lms.cohorts.views import bp
from lms.extensions import db
from lms.web.access import allow
from lms.web.languages import chosen_language


@bp.get("/learn/join")
@allow()
def open_cohorts() -> ResponseReturnValue:
    found = queries.joinable_cohorts(current_user)
    return render_template(
        "cohorts/join.html",
        cohorts=found,
        free=queries.free_seats(found),
        enrolled=queries.enrolled_cohort_ids(current_user),
        courses=queries.course_titles(found, chosen_language()),
        standings=[queries.standing_of(one) for one in queries.own_nominations(current_user)],
    )


@bp.post("/learn/join/<cohort>")
@allow()
def join(cohort: str) -> ResponseReturnValue:
    found = queries.joinable_cohort(current_user, cohort)
    waiting = services.join(current_user, found)
    db.session.commit()
    if waiting is None:
        flash(_("You are in. The course waits for you."), "success")
        return redirect("/learn", 303)
    flash(_("All places are taken, so you are on the waiting list now."), "info")
    return redirect(url_for(".open_cohorts"), 303)


@bp.post("/learn/join/nominations/<int:nomination_id>/withdraw")
@allow()
def leave_queue(nomination_id: int) -> ResponseReturnValue:
    found = queries.own_nomination(current_user, nomination_id)
    services.withdraw_nomination(found, "", is_by_oneself=True)
    db.session.commit()
    flash(_("It is withdrawn."), "success")
    return redirect(url_for(".open_cohorts"), 303)
