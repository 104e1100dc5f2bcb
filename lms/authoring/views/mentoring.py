"""A mentor's cohorts: who is in them and how far, and the answers to quizzes that are closed."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.authoring.queries import mentoring as queries
from lms.authoring.rules import STATE_NAMES
from lms.authoring.views import bp
from lms.quizzes.queries import quiz_of_attempt
from lms.quizzes.queries.staff import staff_state
from lms.web.access import Role, allow
from lms.web.languages import chosen_language
from lms.web.pages import paged

COHORT = "/cohorts/<cohort>"
PERSON = f"{COHORT}/people/<int:person_id>"


@bp.get("/cohorts")
@allow(Role.MENTOR)
def mentored_cohorts() -> ResponseReturnValue:
    cohorts = queries.mentored_cohorts(current_user)
    if len(cohorts) == 1:
        return redirect(url_for(".mentored_cohort", cohort=cohorts[0].slug), 303)
    return render_template("authoring/mentored_cohorts.html", cohorts=cohorts)


@bp.get(COHORT)
@allow(Role.MENTOR)
def mentored_cohort(cohort: str) -> ResponseReturnValue:
    found = queries.mentored_cohort(current_user, cohort)
    return render_template(
        "authoring/mentored_cohort.html",
        cohort=found,
        page=paged(queries.mentees_of(found, chosen_language())),
        mentee=queries.mentee,
        titles=queries.course_titles(found, chosen_language()),
    )


@bp.get(PERSON)
@allow(Role.MENTOR)
def mentee(cohort: str, person_id: int) -> ResponseReturnValue:
    found, now = queries.mentored_cohort(current_user, cohort), datetime.now(UTC)
    return render_template(
        "authoring/mentee.html",
        cohort=found,
        person=queries.mentee_of(found, person_id),
        attempts=[
            (one, staff_state(one, now), queries.is_readable(one, now))
            for one in queries.attempts_of_mentee(found, person_id)
        ],
        state_names=STATE_NAMES,
        quiz_of=quiz_of_attempt,
        language=chosen_language(),
    )


@bp.get(f"{PERSON}/attempts/<int:attempt_id>")
@allow(Role.MENTOR)
def mentee_attempt(cohort: str, person_id: int, attempt_id: int) -> ResponseReturnValue:
    """Show what was answered, with the marks and without the key."""
    found = queries.mentored_cohort(current_user, cohort)
    return render_template(
        "authoring/mentee_attempt.html",
        cohort=found,
        person=queries.mentee_of(found, person_id),
        sitting=queries.closed_sitting(found, person_id, attempt_id, chosen_language()),
    )
