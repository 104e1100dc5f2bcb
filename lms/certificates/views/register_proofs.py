"""The public register: its heads, and proofs about them. Everybody may ask, nobody needs to be known."""

from __future__ import annotations

import base64
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.certificates import keys
from lms.certificates.leaves import moment
from lms.certificates.models import RegisterEntry, TreeHead
from lms.certificates.queries import heads
from lms.certificates.views import bp
from lms.certificates.views.checking import (
    CHECK_LIMIT,
    FOR_OTHER_SITES,
    FOR_STRANGERS,
    RETRY,
    SHOWN_LENGTH,
    look_up,
)
from lms.errors import NotFound
from lms.extensions import limiter
from lms.lib import notes
from lms.web.access import public

HEADS_AT_ONCE = 100
FOR_STRANGERS |= {
    f"certificates.{name}"
    for name in (
        "about_register", "about_register_in", "checkpoint", "list_heads", "consistency", "inclusion",
    )
}  # fmt: skip


@bp.get("/register")
@public
@limiter.limit(CHECK_LIMIT)
def about_register() -> ResponseReturnValue:
    """Say in plain words what the register is, and how to watch over it."""
    return render_template(
        "certificates/public_register.html",
        head=heads.newest_head(),
        size=heads.register_size(),
        verifier_keys=_verifier_keys(),
    )


@bp.get("/<language:language>/register")
@public
@limiter.limit(CHECK_LIMIT)
def about_register_in(language: str) -> ResponseReturnValue:  # noqa: ARG001 - chosen_language reads it
    return about_register()


def _verifier_keys() -> list[str]:
    """List the keys that signed heads, as programs for signed notes take them; the newest first."""
    name, certificates = heads.origin(), keys.published("credential").values()
    return [
        notes.verifier_key(name, cast("Ed25519PublicKey", one.public_key())) for one in certificates
    ]


@bp.get("/register/checkpoint")
@public
@limiter.limit(CHECK_LIMIT)
def checkpoint() -> ResponseReturnValue:
    """Give the newest head, as it was signed."""
    head = heads.newest_head()
    if head is None:
        raise NotFound
    return Response(head.checkpoint, mimetype="text/plain", headers=FOR_OTHER_SITES)


@bp.get("/register/heads.json")
@public
@limiter.limit(CHECK_LIMIT)
def list_heads() -> ResponseReturnValue:
    """List signed heads, the newest first; ``before`` asks for smaller ones than that."""
    before = _number("before")
    found = heads.heads_before(before, HEADS_AT_ONCE + 1)
    shown = found[:HEADS_AT_ONCE]
    more = None
    if len(found) > len(shown):
        more = url_for(".list_heads", before=shown[-1].size)
    told = jsonify(log=heads.origin(), heads=[_told(head) for head in shown], next=more)
    return told, FOR_OTHER_SITES


def _told(head: TreeHead) -> dict[str, Any]:
    return {
        "size": head.size,
        "root": _written(head.root),
        "signed_at": moment(head.signed_at),
        "checkpoint": head.checkpoint,
    }


@bp.get("/register/consistency")
@public
@limiter.limit(CHECK_LIMIT)
def consistency() -> ResponseReturnValue:
    """Prove that the register of one size begins with all that it had at a smaller one."""
    newest = heads.newest_head()
    largest = newest.size if newest else 0
    old, new = _number("old"), _number("new") if "new" in request.args else largest
    if old is None or new is None or not 0 < old <= new <= largest:
        fault = _(
            "Ask for ?old=…&new=… with two sizes of the register: whole numbers from 1 to %(largest)s,"
            " the smaller one first.",
            largest=largest,
        )
        return jsonify(error=fault), 422, FOR_OTHER_SITES
    proof = heads.consistency_proof(old, new)
    told = jsonify(old=old, new=new, proof=[_written(step) for step in proof])
    return told, FOR_OTHER_SITES


@bp.get("/v/<number>/proof.json")
@public
@limiter.limit(CHECK_LIMIT)
def inclusion(number: str) -> ResponseReturnValue:
    """Prove that all that happened to a certificate is in the register. The salt stays with its documents.

    Where its holder hid the details, what belongs to an event stays there, too: the day of the issue, and which
    certificate took its place.
    """
    found = look_up(number)
    if found.state == "cannot-check":
        return (
            jsonify(number=number[:SHOWN_LENGTH], status=found.state),
            503,
            {**FOR_OTHER_SITES, **RETRY},
        )
    if found.certificate is None:
        raise NotFound
    certificate = found.certificate
    head = heads.newest_head()
    size = head.size if head else 0
    entries = heads.entries_of(certificate.id)
    covered = [entry for entry in entries if entry.index < size]
    proved = heads.leaves_with_proofs([entry.index for entry in covered], size)
    entered = _named if certificate.are_details_hidden else _entered
    told = jsonify(
        number=certificate.number,
        log=heads.origin(),
        size=size,
        checkpoint=head.checkpoint if head else None,
        events=[
            {**entered(entry), "leaf": _written(leaf), "proof": [_written(step) for step in proof]}
            for entry, (leaf, proof) in zip(covered, proved, strict=True)
        ],
        waiting=[entered(entry) for entry in entries[len(covered) :]],
    )
    return told, FOR_OTHER_SITES


def _entered(entry: RegisterEntry) -> dict[str, Any]:
    return {**_named(entry), "at": moment(entry.at), "detail": entry.detail}


def _named(entry: RegisterEntry) -> dict[str, Any]:
    return {"index": entry.index, "event": entry.event}


def _number(name: str) -> int | None:
    """Return a whole number of the address; None where there is none, or something else."""
    written = request.args.get(name, "")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else None


def _written(value: bytes) -> str:
    return base64.b64encode(value).decode()
