"""The public check of a file that somebody was sent. It is looked at and not kept."""

from __future__ import annotations

import hashlib

from flask import request
from flask.typing import ResponseReturnValue

from lms.certificates import queries
from lms.certificates.views import bp
from lms.certificates.views.checking import answer
from lms.extensions import csrf, limiter
from lms.lib import numbers
from lms.web.access import public

FILE_LIMIT = "60 per minute"  # reading one costs more than looking up a number


@bp.post("/v/<number>/file")
@public
@limiter.limit(FILE_LIMIT)
def compare_file(number: str) -> ResponseReturnValue:
    """Tell how a PDF compares with what was issued.

    It changes nothing, so it needs no token, and the page no cookie.
    """
    sent = request.files.get("file")
    pdf = sent.stream.read() if sent else b""
    if not pdf:
        return answer(number, compared="none")
    is_same = queries.number_of_file(hashlib.sha256(pdf).hexdigest()) == numbers.normalise(number)
    return answer(number, compared="same" if is_same else "different")


csrf.exempt(compare_file)
