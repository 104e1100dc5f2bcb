"""Merkle trees that only grow: their roots, and proofs that something is in one, or that one continues another.

A tree is read through a function ``node(level, index)``: the hash of the full subtree of 2**level leaves that is the
index-th of its level. Level 0 are the leaves. A full subtree never changes again, so each is computed once and kept;
appending and proving then read about as many of them as the tree has levels.

Source: RFC 9162, sections 2.1.1 to 2.1.4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

Node = Callable[[int, int], bytes]
EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def added_nodes(size: int, leaf: bytes, node: Node) -> list[tuple[int, int, bytes]]:
    """Return every full subtree that comes with one more leaf, as (level, index, hash); the leaf itself is the first.

    Args:
        size: how many leaves there are before.
        leaf: the hash of the new one, see ``leaf_hash``.
        node: reads the tree as it is before.
    """
    level, index, added = 0, size, leaf
    nodes = [(level, index, added)]
    while index % 2:
        added = node_hash(node(level, index - 1), added)
        level, index = level + 1, index // 2
        nodes.append((level, index, added))
    return nodes


def root(size: int, node: Node) -> bytes:
    return _range(0, size, node) if size else EMPTY


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """Return the hashes that lead from a leaf to the root of the first ``size`` leaves.

    Raises:
        IndexError: the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise IndexError(index)
    start, end, proof = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_range(middle, end, node))
            end = middle
        else:
            proof.append(_range(start, middle, node))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """Return the hashes that show that the first ``old`` of ``new`` leaves are those of the tree of then.

    Raises:
        IndexError: the old tree is empty, or larger than the new one.
    """
    if not 0 < old <= new:
        raise IndexError(old)
    start, end, proof, is_known = 0, new, [], True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_range(middle, end, node))
            end = middle
        else:
            proof.append(_range(start, middle, node))
            start, is_known = middle, False
    if not is_known:  # else it is the old tree itself, whose root the verifier has
        proof.append(_range(start, end, node))
    return proof[::-1]


def _split(size: int) -> int:
    """Return the largest power of two that is smaller than ``size``."""
    return 1 << (size - 1).bit_length() - 1


def _range(start: int, end: int, node: Node) -> bytes:
    """Return the hash of the leaves from ``start`` to ``end``, where ``start`` begins a subtree."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(size)
    return node_hash(_range(start, middle, node), _range(middle, end, node))


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Tell whether the leaf of this hash stands at ``index`` in the tree of that size and root.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            found = node_hash(step, found)
            while not place % 2 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Tell whether the new tree begins with all leaves of the old one, unchanged and in the same order.

    Source: RFC 9162, section 2.1.4.2. Every tree continues the empty one.
    """
    if not 0 <= old_size <= new_size:
        return False
    if old_size in {0, new_size}:
        before = EMPTY if old_size == 0 else new_root
        return not proof and old_root == before
    steps = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not steps:
        return False
    place, last = old_size - 1, new_size - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    old_found = new_found = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            old_found, new_found = node_hash(step, old_found), node_hash(step, new_found)
            while not place % 2 and place:
                place, last = place >> 1, last >> 1
        else:
            new_found = node_hash(new_found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old_found == old_root and new_found == new_root
