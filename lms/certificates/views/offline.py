"""The page that somebody saves once, and that checks PDFs from their disk for as long as browsers can."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache

from cryptography.hazmat.primitives.serialization import Encoding
from flask import Response, render_template
from flask.typing import ResponseReturnValue

from lms.certificates import keys
from lms.certificates.picture import GROUPS
from lms.certificates.views import bp
from lms.certificates.views.checking import CHECK_LIMIT, FOR_STRANGERS
from lms.config import ROOT
from lms.extensions import limiter
from lms.web.access import public

FOR_STRANGERS |= {"certificates.offline"}
PARTS = ROOT / "templates" / "certificates"
SCRIPTS = ("offline_pdf.js", "offline_text.js", "offline.js")  # one script, in this order


@bp.get("/verify-offline.html")
@public
@limiter.limit(CHECK_LIMIT)
def offline() -> ResponseReturnValue:
    """Check a PDF's signature in the browser, with everything that it needs in one file."""
    style, script = _part("offline.css"), "\n".join(map(_part, SCRIPTS))
    policy = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}"
    roots = keys.published("root").values()
    page = render_template(
        "certificates/offline.html",
        policy=policy,
        style=style,
        script=script,
        roots="".join(root.public_bytes(Encoding.PEM).decode() for root in roots),
        distrusted=json.dumps([one.statement["distrusted"] for one in keys.distrusted()]),
        labels=json.dumps({name: str(label) for label, names in GROUPS for name in names}),
    )
    answer = Response(page)
    # A page's own policy may not say these.
    answer.headers["Content-Security-Policy"] = (
        f"{policy}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return answer


@cache
def _part(name: str) -> str:
    return (PARTS / name).read_text(encoding="utf-8")


def _hash(part: str) -> str:
    digest = hashlib.sha256(part.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
