"""The public register: what happens to certificates is appended, and nothing is ever changed.

Nothing here commits. The log of who did what is always locked first, and one lock serves both: so entries have no gap,
and no two transactions wait for each other.
"""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import insert

from lms.audit import services as audit
from lms.certificates.leaves import leaf_of, moment
from lms.certificates.models import Certificate, RegisterEntry, RegisterNode, TreeHead
from lms.certificates.queries import heads
from lms.extensions import db, insert_once
from lms.jobs.services import enqueue_unless_waiting
from lms.lib import merkle, notes

if TYPE_CHECKING:
    from lms.certificates.keys import Key

EVENTS = frozenset({"issue", "revoke", "suspend", "lift", "replace"})


def append(certificate: Certificate, event: str, **detail: Any) -> RegisterEntry:
    """Enter what happened to a certificate, in the transaction of what is told.

    Args:
        certificate: has a salt, unless its holder was erased. What happens after that is entered with one that nobody
            keeps: the event stays provable, and nothing can be tried out on it.
        event: one of ``EVENTS``.
        detail: what belongs to it and may be public: the class of a reason, the number of another certificate.
    """
    if event not in EVENTS:
        raise ValueError(event)
    audit.begin_row()
    size, at = heads.register_size(), datetime.now(UTC).replace(microsecond=0)
    leaf = leaf_of(
        certificate.salt or secrets.token_bytes(32),
        number=certificate.number,
        event=event,
        at=moment(at),
        facts=certificate.facts if event == "issue" else {},
        detail=detail,
    )
    entry = RegisterEntry(
        index=size, certificate_id=certificate.id, event=event, at=at, detail=detail
    )
    db.session.add(entry)
    db.session.flush()
    added = heads.from_nodes(lambda node: merkle.added_nodes(size, leaf, node))
    rows = [{"level": level, "index": index, "hash": value} for level, index, value in added]
    db.session.execute(insert(RegisterNode), rows)
    enqueue_unless_waiting("sign_head")
    return entry


def sign_head(key: Key) -> TreeHead | None:
    """Sign the register as it is; each size once. An empty one has no head."""
    size = heads.register_size()
    if size == 0:
        return None
    if (head := db.session.get(TreeHead, size)) is not None:
        return head
    root, at, name = heads.root(size), datetime.now(UTC).replace(microsecond=0), heads.origin()
    checkpoint = notes.Checkpoint(name, size, root, at)
    note = notes.sign(checkpoint, name, _private(key))
    insert_once(TreeHead, size=size, root=root, checkpoint=note, signed_at=at)
    return db.session.get_one(TreeHead, size)


def inclusion_of(certificate: Certificate, key: Key) -> dict[str, Any]:
    """Return what proves, without this site, that the certificate's issue is in the register.

    A head is signed where none has the entry yet. Only jobs and commands have the key.
    """
    entry = next(entry for entry in heads.entries_of(certificate.id) if entry.event == "issue")
    head = heads.newest_head()
    if head is None or head.size <= entry.index:
        head = sign_head(key)
    assert head is not None  # noqa: S101 - the register has this entry
    assert certificate.salt is not None  # noqa: S101 - nobody makes documents of somebody erased
    return {
        "log": notes.origin_of(head.checkpoint),
        "event": entry.event,
        "index": entry.index,
        "at": moment(entry.at),
        "detail": entry.detail,
        "salt": _written(certificate.salt),
        "size": head.size,
        "proof": [_written(step) for step in heads.inclusion_proof(entry.index, head.size)],
        "checkpoint": _signed_with(head, key),
        "key": _written(key.certificate.public_bytes(Encoding.DER)),
    }


def _signed_with(head: TreeHead, key: Key) -> str:
    """Return the head as this key has signed it: after a change of keys, an older one may have been there first."""
    name = notes.origin_of(head.checkpoint)
    public = cast("Ed25519PublicKey", key.certificate.public_key())
    try:
        notes.opened(head.checkpoint, name, public)
    except notes.NoteForged:
        checkpoint = notes.Checkpoint(name, head.size, head.root, head.signed_at)
        return notes.sign(checkpoint, name, _private(key))
    return head.checkpoint


def _private(key: Key) -> Ed25519PrivateKey:
    return cast("Ed25519PrivateKey", key.private)


def _written(value: bytes) -> str:
    return base64.b64encode(value).decode()
