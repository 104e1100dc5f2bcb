"""Asking about a step, reporting a mistake in it, and reading what was answered."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.cohorts.models import StepQuestion
from lms.cohorts.queries import Seat, seat_of
from lms.cohorts.queries.questions import question_of, questions_of
from lms.cohorts.services import questions as services
from lms.courses.queries import contents_of
from lms.errors import NotFound
from lms.extensions import db, limiter
from lms.learning.forms import KIND_NAMES, AskForm, ThreadForm
from lms.learning.views import bp
from lms.web.access import allow
from lms.web.languages import chosen_language

ASKING_LIMIT = limiter.limit("30 per hour", key_func=lambda: f"asks {current_user.get_id()}")


@bp.get("/<cohort>/<course>/questions")
@allow()
def questions(cohort: str, course: str) -> ResponseReturnValue:
    return _list_page(seat_of(current_user, cohort, course))


def _form_of(question: StepQuestion, **facts: Any) -> ThreadForm:
    """Return the form under a question; several stand on one page."""
    return ThreadForm(prefix=f"q{question.id}-", **facts)


def _list_page(
    seat: Seat, refused: StepQuestion | None = None, form: ThreadForm | None = None
) -> ResponseReturnValue:
    asked = questions_of(seat.enrolment_id)
    forms = {one.id: _form_of(one, formdata=None) for one in asked}
    if refused is not None and form is not None:
        forms[refused.id] = form
    page = render_template(
        "learning/questions.html",
        seat=seat,
        contents=contents_of(seat.version_id, chosen_language()),
        questions=asked,
        refused=refused.id if refused else None,
        kinds=KIND_NAMES,
        forms=forms,
    )
    return page, 422 if refused else 200


@bp.post("/<cohort>/<course>/questions/<int:question_id>")
@allow()
@ASKING_LIMIT
def ask_on(cohort: str, course: str, question_id: int) -> ResponseReturnValue:
    """Write on in the own thread, which opens it again."""
    seat = seat_of(current_user, cohort, course)
    question = question_of(seat.enrolment_id, question_id)
    form = _form_of(question)
    if not form.validate_on_submit():
        return _list_page(seat, question, form)
    services.reply(current_user, question, form.text.data or "")
    db.session.commit()
    flash(_("Sent. The answer comes by e-mail and stands here."), "success")
    address = url_for(".questions", cohort=cohort, course=course)
    return redirect(f"{address}#q{question_id}", 303)


@bp.get("/<cohort>/<course>/<module>/<step>/ask")
@allow()
def ask(cohort: str, course: str, module: str, step: str) -> ResponseReturnValue:
    seat = seat_of(current_user, cohort, course)
    kind = request.args.get("kind", "question")
    form = AskForm(formdata=None, kind=kind if kind in KIND_NAMES else "question")
    return _ask_page(seat, f"{module}/{step}", form)


def _ask_page(seat: Seat, path: str, form: AskForm, status: int = 200) -> ResponseReturnValue:
    contents = contents_of(seat.version_id, chosen_language())
    if path not in contents.by_path:
        raise NotFound
    module, line = contents.by_path[path]
    page = render_template(
        "learning/ask.html", seat=seat, contents=contents, module=module, line=line, form=form
    )
    return page, status


@bp.post("/<cohort>/<course>/<module>/<step>/ask")
@allow()
@ASKING_LIMIT
def send_question(cohort: str, course: str, module: str, step: str) -> ResponseReturnValue:
    seat, path, form = seat_of(current_user, cohort, course), f"{module}/{step}", AskForm()
    contents = contents_of(seat.version_id, chosen_language())
    if path not in contents.by_path or not form.validate_on_submit():
        return _ask_page(seat, path, form, 422)
    question = services.ask(
        seat, path, kind=form.kind.data, text=form.text.data or "", language=contents.language
    )
    db.session.commit()
    flash(
        _("Sent to those who teach this course. The answer comes by e-mail and stands here."),
        "success",
    )
    address = url_for(".questions", cohort=cohort, course=course)
    return redirect(f"{address}#q{question.id}", 303)
