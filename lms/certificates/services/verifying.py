"""Reading the whole register again: every leaf, every subtree, every head, and what certificates say today."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from heapq import merge
from itertools import groupby
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Row, case, func, select

from lms.certificates import keys
from lms.certificates.leaves import leaf_of, moment
from lms.certificates.models import Certificate, RegisterEntry, RegisterNode, TreeHead
from lms.extensions import db
from lms.lib import merkle, notes

AT_ONCE = {"yield_per": 500}  # rows in memory
Nodes = dict[tuple[int, int], bytes]
Read = Callable[[Any], Any]
"""Runs a query and yields its rows, a few at a time."""


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was entered, and where."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True)
class Head:
    """What somebody knows the tree by, once it had this size."""

    size: int
    root: bytes
    where: str
    fault: str = ""  # what is wrong with it by itself


@dataclass
class Tree:
    """The register as it is computed again: of each level, the subtree that was completed last."""

    size: int = 0
    last: dict[int, bytes] = field(default_factory=dict)

    def append(self, leaf: bytes) -> Nodes:
        added = merkle.added_nodes(self.size, leaf, self._node)
        self.last |= {level: value for level, _index, value in added}
        self.size += 1
        return {(level, index): value for level, index, value in added}

    def root(self) -> bytes:
        return merkle.root(self.size, self._node)

    def _node(self, level: int, _index: int) -> bytes:
        return self.last[level]


def first_fault(witnessed: Sequence[str] = ()) -> Fault | None:
    """Read everything; return what is wrong first, in the order of the register, or None.

    Args:
        witnessed: texts with a head each that somebody else has kept. The register must still begin with what it
            had, and still have the head itself.
    """
    stranger = next(
        (row for row in keys.list_keys(*keys.PURPOSES) if not keys.is_logged(row)), None
    )
    if stranger is not None:
        return Fault(
            f"The key {stranger.id}", "the audit log does not know it; it was not made here"
        )
    known = [cast("Ed25519PublicKey", one.public_key()) for one in _certificates()]
    try:
        kept = [_kept(note, known) for note in witnessed]
    except notes.NoteForged as error:
        return Fault("A witnessed head", f"no key of this site has signed it; {error}")
    with ExitStack() as reading:  # the first fault ends it

        def read(query: Any) -> Any:
            return reading.enter_context(
                closing(db.session.execute(query, execution_options=AT_ONCE))
            )

        heads = merge(_signed(read, known), sorted(kept, key=_size), key=_size)
        return next(_faults(read, heads), None) or next(_faults_of_standing(read), None)


def _faults(read: Read, heads: Iterator[Head]) -> Iterator[Fault]:
    tree, head, nodes = Tree(), next(heads, None), _nodes(read)
    stored = next(nodes, None)
    for entry in _entries(read):
        where = f"Entry {entry.place} ({entry.number})"
        if entry.place != tree.size:
            yield Fault(f"Entry {tree.size}", f"it is gone; the next is entry {entry.place}")
        found: Nodes = {}
        while stored is not None and stored[0] <= tree.size + 1:
            found |= stored[1]
            stored = next(nodes, None)
        yield from _faults_of(entry, where, found, tree)
        while head is not None and head.size <= tree.size:
            yield from _faults_of_head(head, tree)
            head = next(heads, None)
    if stored is not None:
        yield Fault(f"Entry {tree.size}", "the tree has it, but it is gone")
    if head is not None:
        yield Fault(head.where, f"the register has only {tree.size} entries")


def _faults_of(entry: Row[Any], where: str, found: Nodes, tree: Tree) -> Iterator[Fault]:
    """Compare an entry with the subtrees that came with it, which are also computed again."""
    stored = found.get((0, entry.place))
    if stored is None:
        yield Fault(where, "its leaf is gone")
    elif entry.salt is not None:
        if _leaf(entry) != stored:
            yield Fault(where, "what it says is not what was entered")
    elif entry.erased_at is None:
        yield Fault(where, "the salt of its certificate is gone, and nobody was erased")
    computed = tree.append(stored or b"")
    for level, index in sorted(computed.keys() | found.keys()):
        if computed.get((level, index)) != found.get((level, index)):
            what = "was changed or is gone" if (level, index) in computed else "does not belong"
            yield Fault(where, f"the subtree {index} of level {level}, which came with it, {what}")


def _leaf(entry: Row[Any]) -> bytes:
    return leaf_of(
        entry.salt,
        number=entry.number,
        event=entry.event,
        at=moment(entry.at),
        facts=entry.facts if entry.event == "issue" else {},
        detail=entry.detail,
    )


def _faults_of_head(head: Head, tree: Tree) -> Iterator[Fault]:
    if head.fault:
        yield Fault(head.where, head.fault)
    if head.size != tree.size or head.root != tree.root():
        yield Fault(head.where, "the register does not begin with what this head had")


def _entries(read: Read) -> Iterator[Row[Any]]:
    query = (
        select(
            RegisterEntry.index.label("place"), RegisterEntry.event, RegisterEntry.at, RegisterEntry.detail,
            Certificate.number, Certificate.salt, Certificate.facts, Certificate.erased_at,
        )
        .outerjoin(Certificate, Certificate.id == RegisterEntry.certificate_id)
        .order_by(RegisterEntry.index)
    )  # fmt: skip
    yield from read(query)


def _nodes(read: Read) -> Iterator[tuple[int, Nodes]]:
    """Yield the stored subtrees with the size of the tree that completed them."""
    end = (RegisterNode.index + 1).op("<<")(RegisterNode.level)
    query = select(RegisterNode.level, RegisterNode.index, RegisterNode.hash).order_by(end)
    for size, same in groupby(read(query), key=lambda row: (row[1] + 1) << row[0]):
        yield size, {(level, index): value for level, index, value in same}


def _signed(read: Read, known: Sequence[Ed25519PublicKey]) -> Iterator[Head]:
    query = select(TreeHead.size, TreeHead.root, TreeHead.checkpoint, TreeHead.signed_at)
    for size, root, note, signed_at in read(query.order_by(TreeHead.size)):
        fault = ""
        try:
            checkpoint = _opened(note, known)
        except notes.NoteForged:
            fault = "its signature does not hold"
        else:
            if (checkpoint.size, checkpoint.root, checkpoint.signed_at) != (size, root, signed_at):
                fault = "what was signed is not what the register says of it"
        yield Head(size, root, f"The head of size {size}", fault)


def _kept(note: str, known: Sequence[Ed25519PublicKey]) -> Head:
    checkpoint = _opened(notes.head_in(note), known)
    where = f"The witnessed head of size {checkpoint.size}"
    is_there = db.session.get(TreeHead, checkpoint.size) is not None
    return Head(
        checkpoint.size, checkpoint.root, where, "" if is_there else "this site has it no more"
    )


def _opened(note: str, known: Sequence[Ed25519PublicKey]) -> notes.Checkpoint:
    """Read a head that any key of this site has signed: old keys sign no more, what they signed stays."""
    for public in known:
        try:
            return notes.opened(note, notes.origin_of(note), public)
        except notes.NoteForged:
            continue
    raise notes.NoteForged("it was altered, or is from another site")


def _certificates() -> Iterable[Any]:
    return keys.published("credential").values()


def _size(head: Head) -> int:
    return head.size


def _faults_of_standing(read: Read) -> Iterator[Fault]:
    """Compare what certificates say of themselves today with what was entered about them."""
    counted = {
        event: func.count(case((RegisterEntry.event == event, 1)))
        for event in ("issue", "revoke", "suspend", "lift", "replace")
    }
    query = (
        select(
            Certificate.number, Certificate.revoked_at, Certificate.suspended_at,
            Certificate.replaced_at, Certificate.expires_on, Certificate.expires_at,
            Certificate.facts["expires_on"].as_string().label("printed_until"),
            *(count.label(event) for event, count in counted.items()),
        )
        .outerjoin(RegisterEntry, RegisterEntry.certificate_id == Certificate.id)
        .group_by(Certificate.id)
        .order_by(Certificate.id)
    )  # fmt: skip
    for row in read(query):
        until = row.expires_on.isoformat() if row.expires_on else None
        if until != row.printed_until or not _ends_with(row.expires_on, row.expires_at):
            what = (
                f"today it holds until {row.expires_at}; printed and entered: {row.printed_until}"
            )
            yield Fault(f"Certificate {row.number}", what)
        for what, is_so, entered in (
            ("issued", True, row.issue),
            ("revoked", row.revoked_at is not None, row.revoke),
            ("suspended", row.suspended_at is not None, row.suspend - row.lift),
            ("replaced", row.replaced_at is not None, row.replace),
        ):
            if entered != is_so:
                today = "is" if is_so else "is not"
                yield Fault(
                    f"Certificate {row.number}",
                    f"today it {today} {what}; entries of that: {entered}",
                )


def _ends_with(day: date | None, end: datetime | None) -> bool:
    """Tell whether a certificate ends with a day somewhere on Earth: its cohort may have moved since."""
    if day is None or end is None:
        return day is end is None
    return abs(end - datetime.combine(day, time.max, UTC)) < timedelta(hours=15)
