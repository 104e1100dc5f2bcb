"""The public check: by number, by QR code, by file."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from flask import (
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from lms.certificates import queries
from lms.certificates.forms import NumberForm
from lms.certificates.models import Certificate
from lms.certificates.picture import picture_of
from lms.certificates.rules import REVOCATION_REASONS
from lms.certificates.views import bp
from lms.extensions import csrf, db, limiter
from lms.lib import numbers
from lms.web.access import public
from lms.web.languages import chosen_language

CHECK_LIMIT = "60 per minute"
SHOWN_LENGTH = 40  # characters of a typed number that an answer repeats
FOR_STRANGERS = {
    f"certificates.{name}"
    for name in (
        "verify_in_my_language",
        "verify",
        "verify_number",
        "check",
        "check_json",
        "compare_file",
    )
}


@bp.url_value_preprocessor
def read_no_session(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Answer a check as to a stranger, before anything asks who it is.

    So it needs no cookie and sets none, says the same to everybody, and can still say that the
    database does not answer when somebody is signed in.
    """
    if endpoint in FOR_STRANGERS:
        g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]  # noqa: SLF001


@bp.get("/verify")
@public
def verify_in_my_language() -> ResponseReturnValue:
    return redirect(url_for(".verify", language=chosen_language()), 303)


@bp.get("/<language:language>/verify")
@public
@limiter.limit(CHECK_LIMIT)
def verify(language: str) -> ResponseReturnValue:
    """The form, and where its number leads: a plain GET, so that it works without a cookie."""
    if "number" not in request.args:
        return render_template("certificates/verify.html", form=NumberForm())
    form = NumberForm(request.args)
    if form.validate():
        address = url_for(".verify_number", language=language, number=form.number.data)
        return redirect(address, 303)
    return render_template("certificates/verify.html", form=form), 422


@bp.get("/<language:language>/verify/<number>")
@public
@limiter.limit(CHECK_LIMIT)
def verify_number(language: str, number: str) -> ResponseReturnValue:  # noqa: ARG001 - chosen_language reads it
    return _answer(number)


@bp.get("/v/<number>")
@public
@limiter.limit(CHECK_LIMIT)
def check(number: str) -> ResponseReturnValue:
    return _answer(number)


STATUS = {"valid": 200, "revoked": 200, "unknown": 404, "cannot-check": 503}
RETRY = {"Retry-After": "60"}


@bp.get("/v/<number>.json")
@public
@limiter.limit(CHECK_LIMIT)
def check_json(number: str) -> ResponseReturnValue:
    state, certificate = _look_up(number)
    body: dict[str, object] = {
        "number": numbers.normalise(number)[:SHOWN_LENGTH],
        "status": state,
        "checked_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    if certificate is not None:
        body["facts"] = certificate.facts
        if certificate.revoked_at is not None:
            body["revoked_at"] = certificate.revoked_at.isoformat(timespec="seconds")
            body["reason"] = certificate.revocation_reason
    return jsonify(body), STATUS[state], RETRY if state == "cannot-check" else {}


def _look_up(number: str) -> tuple[str, Certificate | None]:
    """Find a certificate. A failed look-up is its own answer and never "not revoked"."""
    try:
        certificate = queries.by_number(number)
    except SQLAlchemyError:
        db.session.rollback()
        return "cannot-check", None
    if certificate is None:
        return "unknown", None
    return ("revoked" if certificate.is_revoked else "valid"), certificate


@bp.post("/v/<number>/file")
@public
@limiter.limit(CHECK_LIMIT)
def compare_file(number: str) -> ResponseReturnValue:
    """Tell whether a PDF is, byte for byte, the one that was issued; it is looked at and not kept.

    It changes nothing, so it needs no token, and the page no cookie.
    """
    sent = request.files.get("file")
    return _answer(number, sent.stream.read() if sent else b"")


csrf.exempt(compare_file)


def _compared(certificate: Certificate | None, sent: bytes | None) -> str:
    """Say how a PDF that was sent compares; nothing where none was asked about."""
    if certificate is None or sent is None:
        return ""
    if not sent:
        return "none"
    file = queries.file_of(certificate)
    is_same = file is not None and file.sha256 == hashlib.sha256(sent).hexdigest()
    return "same" if is_same else "different"


def _answer(number: str, sent: bytes | None = None) -> ResponseReturnValue:
    state, certificate = _look_up(number)
    shown = numbers.normalise(number)[:SHOWN_LENGTH]
    fault = numbers.fault(number) if state == "unknown" else None
    page = render_template(
        "certificates/check.html",
        state=state,
        certificate=certificate,
        picture=picture_of(certificate.facts) if certificate else None,
        number=shown,
        fault=fault,
        marked=dict.fromkeys(shown[place - 1] for place in fault.places) if fault else {},
        reasons=REVOCATION_REASONS,
        form=NumberForm(formdata=None, number=shown if state == "unknown" else ""),
        compared=_compared(certificate, sent),
        now=datetime.now(UTC),
    )
    answer = make_response(page, STATUS[state])
    if state == "cannot-check":
        answer.headers.extend(RETRY)
    return answer
