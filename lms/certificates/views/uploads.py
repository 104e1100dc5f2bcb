"""The public check of a file that somebody was sent. It is looked at and not kept."""

from __future__ import annotations

import hashlib

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from lms.certificates import comparing, keys, queries
from lms.certificates.forms import NumberForm
from lms.certificates.views import bp
from lms.certificates.views.checking import answer, cannot_check
from lms.extensions import csrf, db, limiter
from lms.web.access import public

FILE_LIMIT = "60 per minute"  # reading one costs more than looking up a number


@bp.post("/v/<number>/file")
@public
@limiter.limit(FILE_LIMIT)
def compare_file(number: str) -> ResponseReturnValue:
    """Tell how a PDF compares with what was issued under a number."""
    try:
        file = _sent_file()
    except SQLAlchemyError:
        db.session.rollback()
        file = None  # the answer says that nothing can be checked
    return answer(number, file)


@bp.post("/verify/file")
@public
@limiter.limit(FILE_LIMIT)
def read_file() -> ResponseReturnValue:
    """Find the number in a PDF, and tell how it compares."""
    try:
        file = _sent_file()
    except SQLAlchemyError:
        db.session.rollback()
        return cannot_check()
    if file.number:
        return answer(file.number, file)
    form = NumberForm(formdata=None)
    return render_template("certificates/verify.html", form=form, file=file), 422


# They change nothing, so they need no token, and their pages no cookie.
csrf.exempt(compare_file)
csrf.exempt(read_file)


def _sent_file() -> comparing.File:
    sent = request.files.get("file")
    pdf = sent.stream.read() if sent else b""
    if pdf and (number := queries.number_of_file(hashlib.sha256(pdf).hexdigest())):
        return comparing.File(verdict="same", number=number)
    distrusted = [one.statement["distrusted"] for one in keys.distrusted()]
    return comparing.read(pdf, list(keys.published("root").values()), distrusted)
