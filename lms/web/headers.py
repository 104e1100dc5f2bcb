"""Response headers: a strict content policy, no caching of what is personal, an id for each request."""

from __future__ import annotations

import secrets
from itertools import chain

import structlog
from flask import Flask, Response, abort, g, request
from secure import Secure
from secure.headers import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    StrictTransportSecurity,
    XContentTypeOptions,
)


def register(app: Flask) -> None:
    app.before_request(begin)
    app.after_request(add_headers)
    app.add_template_global(csp_nonce)


def begin() -> None:
    """Give the request its id, and every log line of it too."""
    g.request_id = secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    refuse_json()
    refuse_nul()


def refuse_json() -> None:
    """Refuse a body of JSON. No page takes one, but every form would, with numbers and lists where words belong."""
    if request.is_json:
        abort(415)


def refuse_nul() -> None:
    """Refuse the one character that no database text can hold, wherever it was hidden."""
    pairs = (*request.args.items(multi=True), *request.form.items(multi=True))
    names = (file.filename or "" for _name, file in request.files.items(multi=True))
    if any("\x00" in text for text in (request.path, *chain(*pairs), *names)):
        abort(400)


def csp_nonce() -> str:
    """Return this response's nonce; made when a template first asks for it."""
    if not hasattr(g, "csp_nonce"):
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def add_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", content_policy())
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = HSTS
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response


def content_policy() -> str:
    script = f"'nonce-{g.csp_nonce}'" if "csp_nonce" in g else "'none'"
    return f"{BASE_POLICY}; script-src {script}"


BASE_POLICY = (
    ContentSecurityPolicy()
    .default_src("'none'")
    .style_src("'self'")
    .img_src("'self'", "data:")
    .media_src("'self'", "https:")
    .connect_src("'self'")
    .manifest_src("'self'")
    .form_action("'self'")
    .base_uri("'none'")
    .frame_ancestors("'none'")
    .header_value
)
HSTS = StrictTransportSecurity().max_age(63072000).include_subdomains().header_value
FIXED = {
    **Secure(
        xcto=XContentTypeOptions(),
        referrer=ReferrerPolicy().same_origin(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        permissions=PermissionsPolicy().camera().microphone().geolocation().payment().usb(),
    ).headers,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
