"""Start, questions, check of the answers, result."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time, format_timedelta, to_user_timezone
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from lms.cohorts.queries import Seat, seat_of
from lms.courses.queries import contents_of
from lms.errors import LmsError
from lms.extensions import db
from lms.quizzes import queries, services
from lms.quizzes.items import Submitted, Upload
from lms.quizzes.queries import Question, Sitting, Slot
from lms.quizzes.views import bp
from lms.quizzes.views.marks import refuse_other_page
from lms.web.access import allow
from lms.web.addresses import LARGEST_ID
from lms.web.languages import chosen_language, moment

KEPT = _l(
    "You were signed out before this answer was saved. It is in its field again: press Save to keep"
    " it."
)


def _seat(cohort: str, course: str) -> Seat:
    return seat_of(current_user, cohort, course)


def sitting_here(cohort: str, course: str, module: str, step: str, attempt: int) -> Sitting:
    path, to_change = f"{module}/{step}", request.method == "POST"
    seat = _seat(cohort, course)
    return queries.sitting_of(seat, path, attempt, chosen_language(), to_change=to_change)


@bp.app_template_filter("receipt")
def saved_words(saved_at: datetime) -> str:
    """Say when an answer was saved: the time today, the whole date before."""
    if to_user_timezone(saved_at).date() == to_user_timezone(datetime.now(UTC)).date():
        return _("Saved at %(time)s", time=format_time(saved_at, "HH:mm"))
    return _("Saved on %(moment)s", moment=moment(saved_at))


@bp.app_template_filter("duration")
def duration(seconds: float) -> str:
    """Write a length of time, rounded down to minutes; from three hours on to hours."""
    unit = 3600 if seconds >= 3 * 3600 else 60
    whole = timedelta(seconds=max(unit, int(seconds) // unit * unit))
    return str(format_timedelta(whole, granularity="minute", threshold=3))


@bp.get("/start")
@allow()
def start(cohort: str, course: str, module: str, step: str) -> ResponseReturnValue:
    seat, language = _seat(cohort, course), chosen_language()
    standing = queries.standing_of(seat, f"{module}/{step}")
    begun = standing.open_attempt
    path = standing.quiz.step.path
    return render_template(
        "quizzes/start.html",
        standing=standing,
        sitting=queries.sitting_of(seat, path, begun.number, language) if begun else None,
        language=standing.quiz.outline.language_for(language),
    )


@bp.post("/start")
@allow()
def start_attempt(cohort: str, course: str, module: str, step: str) -> ResponseReturnValue:
    seat = _seat(cohort, course)
    quiz = queries.quiz_of(seat, f"{module}/{step}")
    attempt = services.start_attempt(seat, quiz, chosen_language())
    db.session.commit()
    begun = queries.sitting_of(seat, attempt.quiz, attempt.number, chosen_language())
    return redirect(url_for(".question", **begun.url_values, number=begun.resume_number), 303)


@bp.get("/attempt/<int:attempt>/<int:number>")
@allow()
def question(
    cohort: str, course: str, module: str, step: str, attempt: int, number: int
) -> ResponseReturnValue:
    sitting = sitting_here(cohort, course, module, step, attempt)
    if not sitting.is_open:
        return redirect(url_for(".result", **sitting.url_values), 303)
    shown = sitting.question(number)
    typed = queries.typed_of(sitting, shown) if "kept" in request.args else None
    if typed is None:
        return question_page(sitting, shown)
    return question_page(sitting, shown.with_typed(typed), str(KEPT), status=200)


def question_page(
    sitting: Sitting,
    shown: Question,
    error: str = "",
    *,
    is_skippable: bool = False,
    status: int | None = None,
) -> tuple[str, int]:
    is_last = shown.number == len(sitting.attempt.item_keys)
    page = render_template(
        "quizzes/question.html",
        sitting=sitting,
        question=shown,
        error=error,
        is_skippable=is_skippable,
        is_checked_next=is_last or request.args.get("from") == "review",
        language=sitting.quiz.outline.language_for(chosen_language()),
        client_id=secrets.token_hex(16),
    )
    return page, status or (services.AnswerUnreadable.status if error else 200)


@bp.post("/attempt/<int:attempt>/<int:number>")
@allow()
def save_answer(
    cohort: str, course: str, module: str, step: str, attempt: int, number: int
) -> ResponseReturnValue:
    """Save one answer. The receipt is sent only after the commit."""
    is_quiet = request.accept_mimetypes.best == "application/json"
    client_id, place = request.form.get("client_id", ""), (cohort, course, f"{module}/{step}")
    slot = queries.slot_of(
        current_user, *place, attempt, number, client_id=client_id, language=chosen_language()
    )
    refuse_other_page(request.form.get("page", ""), slot.sitting)
    try:
        receipt = services.save_answer(
            slot.sitting, slot.question, _submitted(slot.question), client_id,
            is_quiet=is_quiet, base=_base(), known=slot.known,
        )  # fmt: skip
    except (services.AnswerUnreadable, services.AttemptClosed) as refusal:
        if is_quiet:
            raise
        sitting = sitting_here(cohort, course, module, step, attempt)
        return _refused(sitting, sitting.question(number), refusal)
    if "flagged_shown" in request.form and not receipt.is_stale:
        services.flag(slot.sitting, slot.question, is_flagged="flagged" in request.form)
    if "kept" in request.args:
        services.forget_typed(slot.sitting, slot.question)
    told = jsonify(_told(slot, receipt)) if is_quiet else None  # a commit forgets what was read
    db.session.commit()
    return told or _go_on(sitting_here(cohort, course, module, step, attempt), number)


def _base() -> int | None:
    """Return the newest answer that a device knew of when it kept this one; None for what came at once."""
    if request.form.get("replay") != "1":
        return None
    base = request.form.get("base", 0, type=int)
    return base if 0 <= base <= LARGEST_ID else 0  # no answer has such a number: it knew of none


def _told(slot: Slot, receipt: services.Receipt) -> dict[str, Any]:
    """Write the receipt for the page's script."""
    told = {
        "saved": "" if receipt.is_stale else saved_words(receipt.saved_at),
        "sequence": receipt.sequence,
        "is_stale": receipt.is_stale,
        "seconds_left": slot.sitting.seconds_left,
    }
    if receipt.is_stale:
        told["notice"] = overtaken_words(slot.question, receipt.response)
    return told


@bp.app_template_filter("overtaken")
def overtaken_words(shown: Question, response: Any) -> str:
    """Say of an answer that came late out of a device's queue that another one counts."""
    words = ", ".join(str(word) for word in shown.describe(response)) or _("no answer")
    return _(
        "An answer from another device, sent late, was kept but does not count: %(answer)s",
        answer=words,
    )


@bp.post("/attempt/<int:attempt>/<int:number>/check")
@allow()
def check_answer(
    cohort: str, course: str, module: str, step: str, attempt: int, number: int
) -> ResponseReturnValue:
    """Save one answer, then show what is right and why."""
    sitting = sitting_here(cohort, course, module, step, attempt)
    refuse_other_page(request.form.get("page", ""), sitting)
    shown, client_id = sitting.question(number), request.form.get("client_id", "")
    try:
        services.check_answer(sitting, shown, _submitted(shown), client_id)
    except (services.AnswerUnreadable, services.AttemptClosed) as refusal:
        return _refused(sitting, shown, refusal)
    db.session.commit()
    return redirect(_question_url(sitting, number), 303)


def _submitted(shown: Question) -> Submitted:
    """Return the form; with the file that came with it where the item takes one."""
    if not shown.type.takes_file:
        return request.form
    sent = [file for file in request.files.getlist("answer") if file.filename]
    files = [("answer", Upload(file.filename or "", file.read())) for file in sent]
    return MultiDict([*request.form.items(multi=True), *files])


def _refused(sitting: Sitting, shown: Question, refusal: LmsError) -> ResponseReturnValue:
    """Keep the page with what was typed; of a closed attempt show what came of it."""
    if isinstance(refusal, services.AttemptClosed):
        flash(str(refusal.message), "warning")
        return redirect(url_for(".result", **sitting.url_values), 303)
    shown = shown.with_typed(request.form)
    is_skippable = isinstance(refusal, services.NothingGiven)
    return question_page(sitting, shown, str(refusal.message), is_skippable=is_skippable)


def _go_on(sitting: Sitting, number: int) -> ResponseReturnValue:
    """Lead to where the button that was pressed says."""
    shown, then = sitting.question(number), request.form.get("then")
    if then == "next" and not shown.is_answered and not shown.is_flagged:
        return question_page(sitting, shown, str(shown.type.nothing_given), is_skippable=True)
    if shown.warning:
        flash(
            _("Question %(number)d: %(warning)s", number=number, warning=shown.warning), "warning"
        )
    if then == "back":
        return redirect(_question_url(sitting, max(1, number - 1)), 303)
    if then == "review" or number == len(sitting.attempt.item_keys):
        return redirect(url_for(".review", **sitting.url_values), 303)
    return redirect(_question_url(sitting, number + 1), 303)


def _question_url(sitting: Sitting, number: int) -> str:
    return url_for(".question", **sitting.url_values, number=number)


@bp.get("/attempt/<int:attempt>/review")
@allow()
def review(cohort: str, course: str, module: str, step: str, attempt: int) -> ResponseReturnValue:
    sitting = sitting_here(cohort, course, module, step, attempt)
    if not sitting.is_open:
        return redirect(url_for(".result", **sitting.url_values), 303)
    language = sitting.quiz.outline.language_for(chosen_language())
    return render_template("quizzes/review.html", sitting=sitting, language=language)


@bp.post("/attempt/<int:attempt>/submit")
@allow()
def submit_attempt(
    cohort: str, course: str, module: str, step: str, attempt: int
) -> ResponseReturnValue:
    sitting = sitting_here(cohort, course, module, step, attempt)
    services.submit_attempt(sitting)
    db.session.commit()
    return redirect(url_for(".result", **sitting.url_values), 303)


@bp.get("/attempt/<int:attempt>/result")
@allow()
def result(cohort: str, course: str, module: str, step: str, attempt: int) -> ResponseReturnValue:
    sitting = sitting_here(cohort, course, module, step, attempt)
    if sitting.is_open:
        return redirect(url_for(".review", **sitting.url_values), 303)
    language = sitting.quiz.outline.language_for(chosen_language())
    if sitting.attempt.submitted_at is None:
        # The time ran out. Handing in is a change, so it needs a button.
        return render_template("quizzes/time_out.html", sitting=sitting, language=language)
    _before, after = sitting.quiz.outline.neighbours(sitting.quiz.step.path)
    return render_template(
        "quizzes/result.html",
        sitting=sitting,
        standing=queries.standing_of(sitting.seat, sitting.quiz.step.path),
        contents=contents_of(sitting.quiz.version_id, language),
        next_step=after,
        language=language,
    )
