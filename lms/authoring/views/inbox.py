"""What learners ask about the own courses and cohorts, answered in place."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.authoring.forms import AnswerForm, InboxFilterForm
from lms.authoring.rules import KIND_NAMES
from lms.authoring.views import bp
from lms.cohorts.models import StepQuestion
from lms.cohorts.queries.questions import question_for, questions_for
from lms.cohorts.services import questions as services
from lms.courses.queries import contents_of
from lms.extensions import db
from lms.web.access import Role, allow
from lms.web.languages import chosen_language
from lms.web.pages import paged


@bp.get("/inbox")
@allow(Role.INSTRUCTOR, Role.MENTOR)
def inbox() -> ResponseReturnValue:
    form = InboxFilterForm.from_address()
    return render_template(
        "authoring/inbox.html",
        page=paged(questions_for(current_user, **form.filters())),
        filter_form=form,
        kinds=KIND_NAMES,
        step_title=_step_title,
    )


def _step_title(question: StepQuestion) -> str:
    """Name the step that a question is about, in the version its learner reads."""
    contents = contents_of(question.enrolment.version_id, chosen_language())
    found = contents.by_path.get(question.path)
    return found[1].title if found else question.path


@bp.get("/inbox/<int:question_id>")
@allow(Role.INSTRUCTOR, Role.MENTOR)
def question(question_id: int) -> ResponseReturnValue:
    return _question_page(question_for(current_user, question_id), AnswerForm(formdata=None))


def _question_page(shown: StepQuestion, form: AnswerForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "authoring/question.html",
        question=shown,
        contents=contents_of(shown.enrolment.version_id, chosen_language()),
        form=form,
        kinds=KIND_NAMES,
    )
    return page, status


@bp.post("/inbox/<int:question_id>")
@allow(Role.INSTRUCTOR, Role.MENTOR)
def answer(question_id: int) -> ResponseReturnValue:
    shown, form = question_for(current_user, question_id), AnswerForm()
    if not form.validate_on_submit():
        return _question_page(shown, form, 422)
    services.reply(current_user, shown, form.text.data or "")
    db.session.commit()
    flash(_("Sent. The learner gets it by e-mail, and reads it beside the question."), "success")
    return redirect(url_for(".inbox", state="open"), 303)
