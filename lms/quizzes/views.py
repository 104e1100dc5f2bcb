"""A learner's quiz: start, question by question, check answers, result. Every page works without JavaScript."""

from __future__ import annotations

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time
from flask_babel import gettext as _
from flask_login import current_user

from lms.cohorts.queries import Seat, seat_of
from lms.extensions import db
from lms.quizzes import queries, services
from lms.quizzes.queries import Question, Sitting
from lms.web.access import allow
from lms.web.languages import chosen_language

bp = Blueprint("quizzes", __name__, url_prefix="/learn/<cohort>/<course>/<module>/<step>")


def _seat(cohort: str, course: str) -> Seat:
    return seat_of(current_user, cohort, course)


def _sitting(cohort: str, course: str, module: str, step: str, attempt: int) -> Sitting:
    return queries.sitting_of(_seat(cohort, course), f"{module}/{step}", attempt, chosen_language())


@bp.get("/start")
@allow()
def start(cohort: str, course: str, module: str, step: str) -> ResponseReturnValue:
    seat = _seat(cohort, course)
    quiz = queries.quiz_of(seat, f"{module}/{step}")
    attempts = queries.attempts_of(seat, quiz.step.path)
    return render_template("quizzes/start.html", seat=seat, quiz=quiz, attempts=attempts)


@bp.post("/start")
@allow()
def start_attempt(cohort: str, course: str, module: str, step: str) -> ResponseReturnValue:
    seat = _seat(cohort, course)
    attempt = services.start_attempt(seat, queries.quiz_of(seat, f"{module}/{step}"))
    db.session.commit()
    address = {**seat.url_values, "module": module, "step": step, "attempt": attempt.number}
    return redirect(url_for(".question", **address, number=1), 303)


@bp.get("/attempt/<int:attempt>/<int:number>")
@allow()
def question(cohort: str, course: str, module: str, step: str, attempt: int, number: int) -> ResponseReturnValue:
    sitting = _sitting(cohort, course, module, step, attempt)
    if not sitting.is_open:
        return redirect(url_for(".result", **sitting.url_values), 303)
    return _question_page(sitting, sitting.question(number))


def _question_page(sitting: Sitting, shown: Question, error: str = "", status: int = 200) -> ResponseReturnValue:
    page = render_template("quizzes/question.html", sitting=sitting, question=shown, error=error)
    return page, status


@bp.post("/attempt/<int:attempt>/<int:number>")
@allow()
def save_answer(cohort: str, course: str, module: str, step: str, attempt: int, number: int) -> ResponseReturnValue:
    """Save one answer. The receipt is sent only after the commit."""
    sitting = _sitting(cohort, course, module, step, attempt)
    shown = sitting.question(number)
    is_quiet = request.accept_mimetypes.best == "application/json"
    try:
        saved_at = services.save_answer(sitting, shown, request.form, request.form.get("client_id", ""))
    except services.AnswerUnreadable as refusal:
        if is_quiet:
            raise
        return _question_page(sitting, shown, str(refusal.message), refusal.status)
    if not is_quiet or "flagged_shown" in request.form:
        services.flag(sitting, shown, is_flagged="flagged" in request.form)
    db.session.commit()
    if is_quiet:
        return jsonify(saved=_("Saved at %(time)s", time=format_time(saved_at, "HH:mm")))
    if request.form.get("then") == "review" or number == len(sitting.attempt.item_keys):
        return redirect(url_for(".review", **sitting.url_values), 303)
    return redirect(url_for(".question", **sitting.url_values, number=number + 1), 303)


@bp.get("/attempt/<int:attempt>/review")
@allow()
def review(cohort: str, course: str, module: str, step: str, attempt: int) -> ResponseReturnValue:
    sitting = _sitting(cohort, course, module, step, attempt)
    if not sitting.is_open:
        return redirect(url_for(".result", **sitting.url_values), 303)
    return render_template("quizzes/review.html", sitting=sitting)


@bp.post("/attempt/<int:attempt>/submit")
@allow()
def submit_attempt(cohort: str, course: str, module: str, step: str, attempt: int) -> ResponseReturnValue:
    sitting = _sitting(cohort, course, module, step, attempt)
    services.submit_attempt(sitting)
    db.session.commit()
    return redirect(url_for(".result", **sitting.url_values), 303)


@bp.get("/attempt/<int:attempt>/result")
@allow()
def result(cohort: str, course: str, module: str, step: str, attempt: int) -> ResponseReturnValue:
    sitting = _sitting(cohort, course, module, step, attempt)
    if sitting.is_open:
        return redirect(url_for(".review", **sitting.url_values), 303)
    if sitting.attempt.submitted_at is None:  # the time ran out; handing in is a change, so it needs a button
        return render_template("quizzes/time_out.html", sitting=sitting)
    attempts = queries.attempts_of(sitting.seat, sitting.quiz.step.path)
    return render_template("quizzes/result.html", sitting=sitting, attempts=attempts)
