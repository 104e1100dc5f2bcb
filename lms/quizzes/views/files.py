"""The learner's own handed-in files."""

from __future__ import annotations

from contextlib import suppress

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from lms.cohorts.queries import seat_of
from lms.errors import NotFound, show_http_error
from lms.quizzes import queries, services
from lms.quizzes.items import FileUpload
from lms.quizzes.views import bp
from lms.quizzes.views.taking import question_page
from lms.web.access import allow
from lms.web.downloads import as_attachment
from lms.web.languages import chosen_language


@bp.get("/attempt/<int:attempt>/<int:number>/file")
@allow()
def answer_file(
    cohort: str, course: str, module: str, step: str, attempt: int, number: int
) -> ResponseReturnValue:
    """Give back the file that was handed in last."""
    seat = seat_of(current_user, cohort, course)
    sitting = queries.sitting_of(seat, f"{module}/{step}", attempt, chosen_language())
    response = sitting.question(number).response
    file = queries.file_of(sitting.attempt, response)
    return as_attachment(file.content, name=response["name"], media_type=file.media_type)


@bp.errorhandler(RequestEntityTooLarge)
def file_too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say it beside the field, also of a file so large that the form was not even read."""
    is_form = request.accept_mimetypes.best != "application/json"
    if is_form and request.endpoint == "quizzes.save_answer" and current_user.is_authenticated:
        with suppress(NotFound):
            return _question_again(**(request.view_args or {}))
    return show_http_error(error)


def _question_again(
    cohort: str, course: str, module: str, step: str, attempt: int, number: int
) -> ResponseReturnValue:
    seat = seat_of(current_user, cohort, course)
    sitting = queries.sitting_of(seat, f"{module}/{step}", attempt, chosen_language())
    shown = sitting.question(number)
    if not (sitting.is_open and isinstance(shown.type, FileUpload)):
        raise NotFound
    return question_page(sitting, shown, services.sentence(shown.type.too_large(shown.structure)))
