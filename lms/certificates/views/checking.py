"""The public check by number and by QR code."""

from __future__ import annotations

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
from flask_limiter.util import get_remote_address
from limits import parse
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import TooManyRequests

from lms.certificates import queries
from lms.certificates.comparing import Comparison, File, compare
from lms.certificates.forms import NumberForm
from lms.certificates.models import Certificate, RegisterEntry
from lms.certificates.picture import Picture, label_of, picture_of
from lms.certificates.rules import REVOCATION_REASONS
from lms.certificates.views import bp
from lms.extensions import db, limiter
from lms.lib import numbers
from lms.web.access import public
from lms.web.languages import chosen_language

CHECK_LIMIT = "600 per minute"  # from one address: a ministry's office, or its personnel system
UNKNOWN_LIMIT = parse(
    "60 per minute"
)  # whoever guesses is stopped; known numbers are still answered
SHOWN_LENGTH = 40  # characters of a typed number that an answer repeats
STATUS = {"unknown": 404, "cannot-check": 503}  # every other answer is 200
RETRY = {"Retry-After": "60"}
FOR_OTHER_SITES = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
FOR_STRANGERS = {
    f"certificates.{name}"
    for name in (
        "verify_in_my_language",
        "verify",
        "verify_number",
        "check",
        "check_json",
        "compare_file",
        "read_file",
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
    return answer(number)


@bp.get("/v/<number>")
@public
@limiter.limit(CHECK_LIMIT)
def check(number: str) -> ResponseReturnValue:
    return answer(number)


@bp.get("/v/<number>.json")
@public
@limiter.limit(CHECK_LIMIT)
def check_json(number: str) -> ResponseReturnValue:
    """Answer a machine, from whatever site it asks. The keys are promised in docs/verify.md."""
    found = look_up(number)
    body = {
        "number": numbers.normalise(number)[:SHOWN_LENGTH],
        "status": found.state,
        "checked_at": _iso(datetime.now(UTC)),
    }
    if found.certificate is not None:
        body |= _standing_of(found.certificate) | _details_of(found, found.certificate)
    headers = {**FOR_OTHER_SITES, **(RETRY if found.state == "cannot-check" else {})}
    return jsonify(body), STATUS.get(found.state, 200), headers


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _standing_of(certificate: Certificate) -> dict[str, Any]:
    """Return what everybody may know of a certificate, hidden or not."""
    body: dict[str, Any] = {}
    if certificate.expires_on is not None:
        body["valid_until"] = certificate.expires_on.isoformat()
    if certificate.revoked_at is not None:
        body["revoked_at"] = _iso(certificate.revoked_at)
        body["reason"] = certificate.revocation_reason
    if certificate.suspended_at is not None:
        body["suspended_at"] = _iso(certificate.suspended_at)
    if certificate.replaced_at is not None and certificate.replaced_by is not None:
        body["replaced_at"] = _iso(certificate.replaced_at)
        if not certificate.are_details_hidden:
            body["replaced_by"] = certificate.replaced_by.number
    return body


def _details_of(found: queries.Check, certificate: Certificate) -> dict[str, Any]:
    """Return what is printed, and where its proofs are; nothing of it where the holder hid it."""
    body: dict[str, Any] = {"details": found.details}
    if found.details == "hidden":
        return body
    body |= {
        "kind": certificate.kind,
        "issued_on": certificate.issued_on.isoformat(),
        "facts": certificate.facts,
        "links": dict(links_of(certificate, found.entry)),
    }
    if found.entry is not None:
        body["register"] = {"index": found.entry.index, "entered_at": _iso(found.entry.at)}
        if found.signed_at is not None:
            body["register"]["signed_at"] = _iso(found.signed_at)
    return body


def links_of(certificate: Certificate, entry: RegisterEntry | None) -> list[tuple[str, str]]:
    """List where machines find more about a certificate: by what it is, and only what is there."""
    site = current_app.config["PUBLIC_URL"].rstrip("/")
    links = []
    if queries.has_credential(certificate):
        links.append(("credential", f"{site}/badges/{certificate.number}.json"))
    if entry is not None:
        links.append(("register_proof", f"{site}/v/{certificate.number}/proof.json"))
    links.extend(
        (f"{one.purpose}_list", f"{site}/status/{one.purpose}/{one.number}")
        for one in queries.status_lists_of(certificate)
    )
    return links


def look_up(number: str) -> queries.Check:
    """Find a certificate. A failed look-up is its own answer and never "not revoked".

    Raises:
        TooManyRequests: many numbers that do not exist were asked for from here.
    """
    try:
        found = queries.checked(number, datetime.now(UTC))
    except SQLAlchemyError:
        db.session.rollback()
        return queries.Check("cannot-check")
    if found.state == "unknown":
        count_unknown()
    return found


def count_unknown() -> None:
    """Count a number that does not exist against the address that asks; the known ones cost it nothing."""
    here = get_remote_address()
    if limiter.enabled and not limiter.limiter.hit(UNKNOWN_LIMIT, "unknown certificate", here):
        raise TooManyRequests(retry_after=60)


def answer(number: str, file: File | None = None) -> ResponseReturnValue:
    """Show what is known of a number, and how a file that was sent compares with it."""
    return _shown(number, look_up(number), file)


def cannot_check() -> ResponseReturnValue:
    """Say so of a file whose number was not even read: the database is away."""
    return _shown("", queries.Check("cannot-check"))


def _shown(number: str, found: queries.Check, file: File | None = None) -> ResponseReturnValue:
    certificate = found.certificate if found.details != "hidden" else None
    picture = picture_of(certificate.facts) if certificate else None
    shown = numbers.normalise(number)[:SHOWN_LENGTH]
    fault = numbers.fault(number) if found.state == "unknown" else None
    page = render_template(
        "certificates/check.html",
        state=found.state,
        found=found,
        certificate=found.certificate,
        picture=picture,
        links=links_of(certificate, found.entry) if certificate else (),
        number=shown,
        fault=fault,
        marked=dict.fromkeys(shown[place - 1] for place in fault.places) if fault else {},
        reasons=REVOCATION_REASONS,
        form=NumberForm(formdata=None, number=shown if found.state == "unknown" else ""),
        now=datetime.now(UTC),
        file=file,
        comparison=compared(file, found, picture),
        label_of=label_of,
    )
    response = make_response(page, STATUS.get(found.state, 200))
    if found.state == "cannot-check":
        response.headers.extend(RETRY)
    return response


def compared(file: File | None, found: queries.Check, picture: Picture | None) -> Comparison:
    """Compare a file line by line, where a stranger may see the lines and the file is not the very one."""
    if file is None or picture is None or not file.text or file.verdict == "same":
        return Comparison()
    if file.number != picture.facts.number:
        return Comparison()
    result = compare(picture.printed_lines, file)
    return result if found.details == "shown" else Comparison(result.differences)
