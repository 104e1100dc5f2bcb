"""What the issuer publishes, for machines and for decades: keys, lists, badges. No private key is needed."""

from __future__ import annotations

import json

from cryptography.hazmat.primitives.serialization import Encoding
from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.certificates import badges, credentials, keys
from lms.certificates.queries import published
from lms.certificates.views import bp
from lms.certificates.views.checking import CHECK_LIMIT, FOR_OTHER_SITES, FOR_STRANGERS
from lms.extensions import limiter
from lms.lib.badges import bake_png, bake_svg
from lms.web.access import public

FOR_STRANGERS |= {
    f"certificates.{name}"
    for name in (
        "did_document",
        "issuer_certificates",
        "distrusted_keys",
        "terms",
        "status_list",
        "badge_picture",
    )
}
MINUTES = "public, max-age=300"
FOR_EVER = "public, max-age=31536000, immutable"
MIMETYPES = {"png": "image/png", "svg": "image/svg+xml", "json": "application/json"}


@bp.get("/.well-known/did.json")
@public
def did_document() -> ResponseReturnValue:
    """The issuer's keys, as did:web looks them up."""
    since = {one.key_id: one.since for one in keys.distrusted()}
    document = credentials.did_document(keys.published("credential"), since)
    body = json.dumps(document, indent=2)
    return _published(body, "application/json", MINUTES)


@bp.get("/issuer.pem")
@public
def issuer_certificates() -> ResponseReturnValue:
    """The root, which is what a verifier trusts, then all that it has signed, and that others do not have."""
    doubted = {one.key_id for one in keys.distrusted()}
    chain = [*keys.published("root").values()]
    signed = keys.published("document", "credential")
    chain += [certificate for key_id, certificate in signed.items() if key_id not in doubted]
    pem = b"".join(certificate.public_bytes(Encoding.PEM) for certificate in chain)
    return _published(pem, "application/x-pem-file", MINUTES)


@bp.get("/distrusted.json")
@public
def distrusted_keys() -> ResponseReturnValue:
    """What a root says of keys that others may have, to be kept beside ``issuer.pem``."""
    body = json.dumps([one.statement for one in keys.distrusted()], indent=2)
    return _published(body, "application/json", MINUTES)


@bp.get("/ns")
@public
def terms() -> ResponseReturnValue:
    """What our own terms mean, in words."""
    return render_template("certificates/terms.html")


@bp.get("/status/<any(revocation, suspension):purpose>/<int:list_number>")
@public
def status_list(purpose: str, list_number: int) -> ResponseReturnValue:
    found = published.status_list(purpose, list_number)
    return _published(found.credential, "application/vc", MINUTES)


@bp.get("/badges/pictures/<key>.<any(png, svg):badge_format>")
@public
def badge_picture(key: str, badge_format: str) -> ResponseReturnValue:
    """The picture of an achievement, with nobody's credential in it. Its address is its fingerprint."""
    found = published.badge_picture(key)
    return _published(
        found.png if badge_format == "png" else found.svg, MIMETYPES[badge_format], FOR_EVER
    )


@bp.get("/badges/<number>.<any(png, svg, json):badge_format>")
@public
@limiter.limit(CHECK_LIMIT)
def badge(number: str, badge_format: str) -> ResponseReturnValue:
    """One certificate's credential, alone or baked into the picture. Not kept on the way: it may be hidden tomorrow."""
    certificate, credential = published.badge_of(current_user, number)
    body = credential if badge_format == "json" else _baked(credential, badge_format)
    answer = Response(body, mimetype=MIMETYPES[badge_format])
    answer.headers.extend(FOR_OTHER_SITES)
    filename = f"{certificate.number}.{badge_format}"
    answer.headers["Content-Disposition"] = f'inline; filename="{filename}"'
    return answer


def _baked(credential: str, badge_format: str) -> str | bytes:
    """Bake a credential into the picture that it names itself: the issuer may have another name today."""
    key = badges.key_in(json.loads(credential))
    picture = published.badge_picture(key)
    if badge_format == "png":
        return bake_png(picture.png, credential)
    return bake_svg(picture.svg, credential)


def _published(body: str | bytes, mimetype: str, caching: str) -> Response:
    answer = Response(body, mimetype=mimetype)
    answer.headers.extend({**FOR_OTHER_SITES, "Cache-Control": caching})
    answer.add_etag()
    answer.make_conditional(request)
    return answer
