"""The register as a tree that only grows, and its signed heads. All of it is public."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import and_, func, or_, select

from lms.certificates.models import RegisterEntry, RegisterNode, TreeHead
from lms.extensions import db
from lms.lib import merkle, notes

T = TypeVar("T")


def register_size() -> int:
    """Return how many entries there are; they are counted from 0, without a gap."""
    last = db.session.scalar(select(func.max(RegisterEntry.index)))
    return 0 if last is None else last + 1


def from_nodes(compute: Callable[[merkle.Node], T]) -> T:
    """Return what is computed from subtrees of the register; they are read in one statement.

    Which ones it takes depends on sizes alone, so it is asked for them first.
    """
    wanted: set[tuple[int, int]] = set()

    def note(level: int, index: int) -> bytes:
        wanted.add((level, index))
        return merkle.EMPTY

    compute(note)
    places = (
        # Not in one list of pairs: SQLite would look through the whole table for it.
        and_(RegisterNode.level == level, RegisterNode.index == index)
        for level, index in sorted(wanted)
    )
    query = select(RegisterNode.level, RegisterNode.index, RegisterNode.hash)
    rows = db.session.execute(query.where(or_(*places))) if wanted else ()
    found = {(level, index): value for level, index, value in rows}
    return compute(lambda level, index: found[level, index])


def root(size: int) -> bytes:
    return from_nodes(lambda node: merkle.root(size, node))


def inclusion_proof(index: int, size: int) -> list[bytes]:
    return from_nodes(lambda node: merkle.inclusion_proof(index, size, node))


def leaves_with_proofs(indexes: list[int], size: int) -> list[tuple[bytes, list[bytes]]]:
    """Return of each of these entries the hash of its leaf, and what proves it in the tree of that size."""
    return from_nodes(
        lambda node: [
            (node(0, index), merkle.inclusion_proof(index, size, node)) for index in indexes
        ]
    )


def consistency_proof(old: int, new: int) -> list[bytes]:
    return from_nodes(lambda node: merkle.consistency_proof(old, new, node))


def newest_head() -> TreeHead | None:
    return db.session.scalar(select(TreeHead).order_by(TreeHead.size.desc()).limit(1))


def heads_before(size: int | None, limit: int) -> list[TreeHead]:
    """List heads of fewer than ``size`` entries, or all; the newest first."""
    query = select(TreeHead).order_by(TreeHead.size.desc()).limit(limit)
    return list(db.session.scalars(query.where(TreeHead.size < size) if size else query))


def origin() -> str:
    """Return the name of this log. Its first head has named it for ever; a site may move to another address."""
    head = newest_head()
    if head is not None:
        return notes.origin_of(head.checkpoint)
    return f"{urlsplit(current_app.config['PUBLIC_URL']).netloc}/register"


def entries_of(certificate_id: int) -> list[RegisterEntry]:
    """List what happened to a certificate, in the order of the register."""
    query = select(RegisterEntry).where(RegisterEntry.certificate_id == certificate_id)
    return list(db.session.scalars(query.order_by(RegisterEntry.index)))
