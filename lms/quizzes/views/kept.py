"""A form that cannot be saved as it came: signed out, or with a token of an older session. Nothing typed is lost."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError

from lms.errors import (
    LmsError,
    SignInNeeded,
    show_csrf_error,
    show_http_error,
    show_lms_error,
)
from lms.extensions import db, limiter
from lms.quizzes import services
from lms.quizzes.views import bp
from lms.quizzes.views.marks import attempt_and_item, refuse_other_page
from lms.quizzes.views.taking import question_page, sitting_here
from lms.web.access import ask_to_sign_in

KEEPING = {"quizzes.save_answer", "quizzes.check_answer"}


def _is_kept_here() -> bool:
    return request.endpoint in KEEPING and request.accept_mimetypes.best != "application/json"


@bp.errorhandler(CSRFError)
def show_form_again(error: CSRFError) -> ResponseReturnValue:
    """Show the question with what was typed and a fresh token: one more press saves it."""
    if not _is_kept_here():
        return show_csrf_error(error)
    try:
        return _form_again()
    except SignInNeeded as somebody_else:
        return keep_form(somebody_else)
    except LmsError as refusal:  # what a handler raises, no other one takes up
        return show_lms_error(refusal)


def _form_again() -> ResponseReturnValue:
    place = dict(request.view_args or {})
    number = place.pop("number")
    sitting = sitting_here(**place)
    refuse_other_page(request.form.get("page", ""), sitting)
    shown = sitting.question(number).with_typed(request.form)
    if not sitting.is_open:
        return redirect(url_for(".result", **sitting.url_values), 303)
    message = _(
        "This page was open for too long. Your answer is still in its field: press Save again."
    )
    return question_page(sitting, shown, message, status=400)


@bp.errorhandler(SignInNeeded)
def keep_form(_error: SignInNeeded) -> ResponseReturnValue:
    """Keep what was typed, let its learner sign in, and lead back to the question."""
    if not _is_kept_here():
        return ask_to_sign_in()
    try:
        is_kept = _keep()
    except RateLimitExceeded as error:
        return show_http_error(error)
    if is_kept:
        db.session.commit()
        flash(
            _("You were signed out. Your answer is kept for an hour: sign in, then save it."),
            "warning",
        )
    else:
        flash(
            _(
                "You were signed out, and your answer is not saved. Press Back to find it in its field."
            ),
            "warning",
        )
    here = url_for(".question", **request.view_args or {}, kept=1)
    return redirect(url_for("accounts.sign_in", next=here), 303)


def _keep() -> bool:
    mark = request.form.get("page", "")
    place = attempt_and_item(mark)
    if place is None:
        return False  # not sent from a page of ours: nobody could be shown it
    attempt_id, item_key = place
    with limiter.limit("60 per 10 minutes", key_func=lambda: f"kept {attempt_id}"):
        return services.keep_typed(attempt_id, item_key, dict(request.form.lists()))
