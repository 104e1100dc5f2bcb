"""The tree of refusals and the only place that renders an error page."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException

from lms.extensions import db
from lms.logs import HIDDEN

log = structlog.get_logger()
RETRY_SECONDS = 2  # a restart of PostgreSQL takes about as long


class LmsError(Exception):
    """A rule of the platform says no; ``message`` is safe to show and says what to do next."""

    status = 400
    message: str | LazyString = _l("That is not possible.")

    def __init__(self, message: str | LazyString | None = None) -> None:
        super().__init__()
        if message is not None:
            self.message = message


class SignInNeeded(LmsError):
    """Nobody is signed in, or no longer."""

    status = 401
    message = _l("Sign in to go on.")


class ProofNeeded(LmsError):
    """It is the right person's session, but who sits at the keyboard must be proved again."""

    status = 401
    message = _l("Confirm that it is you, then try again.")


class NotFound(LmsError):
    """Not there, or not yours: the same answer for both."""

    status = 404
    message = _l("This page does not exist, or it is not open to you.")


class NotAllowed(LmsError):
    """The person may know that the page exists, but may not use it."""

    status = 403
    message = _l(
        "Your role does not open this page. If you need it, ask your coordinator or an administrator."
    )


class Conflict(LmsError):
    """Somebody was faster, or the thing has moved on."""

    status = 409
    message = _l("This has changed in the meantime. Open the page again to see the newest state.")


HTTP_MESSAGES = {
    400: _l("The request could not be understood. Go back and try again."),
    403: NotAllowed.message,
    404: NotFound.message,
    405: _l("This page does not take that kind of request. Go back and use its buttons."),
    413: _l("That is larger than this page accepts. Choose a smaller file."),
    429: _l("Too many tries in a short time. Wait a few minutes, then try again."),
}


def register(app: Flask) -> None:
    """Connect the handlers."""
    app.register_error_handler(LmsError, show_lms_error)
    app.register_error_handler(CSRFError, show_csrf_error)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(OperationalError, show_database_away)
    app.register_error_handler(NoConnectionFree, show_database_away)
    app.register_error_handler(Exception, show_failure)


def show_lms_error(error: LmsError) -> Response:
    db.session.rollback()
    return page(error.status, str(error.message))


def show_csrf_error(_error: CSRFError) -> Response:
    """A form from an older session: what was typed is still in the browser behind Back."""
    message = _(
        "This page was open for too long. Go back, load it again and send the form once more."
    )
    return page(400, message, csrf=True)


def show_http_error(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < HTTPStatus.BAD_REQUEST:
        return error
    answer = page(status, str(HTTP_MESSAGES.get(status, HTTP_MESSAGES[400])))
    for name in ("Allow", "Retry-After"):
        if (value := error.get_response().headers.get(name)) is not None:
            answer.headers[name] = value
    return answer


def show_database_away(error: OperationalError | NoConnectionFree) -> Response:
    """The database is locked, restarts or has no connection free: it will be there again in a moment."""
    if getattr(getattr(error, "orig", None), "sqlite_errorname", "") == "SQLITE_ERROR":
        return show_failure(error)  # a statement that is wrong stays wrong
    log.warning("database_away", path=_logged_path(), error=str(error))
    answer = _without_database(
        HTTPStatus.SERVICE_UNAVAILABLE,
        _(
            "The database does not answer just now. What was saved before is safe. Wait a few"
            " seconds, then load this page again: your browser sends once more what you entered."
        ),
    )
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def show_failure(error: Exception) -> Response:
    """Anything that nobody foresaw: rolled back, logged with the id that the page shows."""
    log.error("request_failed", path=_logged_path(), exc_info=error)
    return _without_database(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        _("Something failed on our side. What was saved before is safe. Try again in a minute."),
    )


def _logged_path() -> str:
    """Return the address without the secret in it: a link that failed still opens an account."""
    path = request.path
    for name, value in (request.view_args or {}).items():
        if name in HIDDEN:
            path = path.replace(str(value), "…")
    return path


def _without_database(status: int, message: str) -> Response:
    db.session.rollback()
    g._login_user = AnonymousUserMixin()  # noqa: SLF001 - whoever it was, the page must not ask the database
    return page(status, message)


def page(status: int, message: str, **facts: bool) -> Response:
    """Render the error page, or the same as JSON for a script, with ``facts``. Needs no database and no person."""
    request_id = getattr(g, "request_id", "")
    if request.accept_mimetypes.best == "application/json":
        return make_response(jsonify(error=message, request_id=request_id, **facts), status)
    body = render_template(
        "errors/error.html", status=status, message=message, request_id=request_id
    )
    return make_response(body, status)
