"""All trees up to 64 leaves: every proof verifies, and every forgery of one is caught."""

from __future__ import annotations

import hashlib
from itertools import pairwise

import pytest

from lms.lib import merkle
from lms.lib.merkle import (
    EMPTY,
    added_nodes,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

LARGEST = 64
INPUTS = (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""The tree of Certificate Transparency's own tests, of one to eight of these leaves."""


class Tree:
    """A log in memory, that counts how many subtrees are read."""

    def __init__(self, leaves=()) -> None:
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.size = self.reads = 0
        for leaf in leaves:
            self.append(leaf)

    def node(self, level: int, index: int) -> bytes:
        self.reads += 1
        return self.nodes[level, index]

    def append(self, leaf: bytes) -> None:
        for level, index, added in added_nodes(self.size, leaf, self.node):
            assert (level, index) not in self.nodes
            self.nodes[level, index] = added
        self.size += 1


LEAVES = [leaf_hash(f"leaf {number}".encode()) for number in range(LARGEST)]
TREE = Tree(LEAVES)
ROOTS_OF = [root(size, TREE.node) for size in range(LARGEST + 1)]
SIZES = range(1, LARGEST + 1)
OTHER = hashlib.sha256(b"another").digest()


def flipped(value: bytes) -> bytes:
    return bytes([value[0] ^ 1]) + value[1:]


def altered(proof: list[bytes]):
    """Yield the proof with each of its hashes changed or left out, and with one too many at either end."""
    for place, step in enumerate(proof):
        yield [*proof[:place], flipped(step), *proof[place + 1 :]]
        yield [*proof[:place], *proof[place + 1 :]]
    yield [*proof, OTHER]
    yield [OTHER, *proof]
    for place, (one, two) in enumerate(pairwise(proof)):
        yield [*proof[:place], two, one, *proof[place + 2 :]]


class TestKnownAnswers:
    """The values of Certificate Transparency's test data (RFC 6962 and RFC 9162 hash alike)."""

    tree = Tree(leaf_hash(bytes.fromhex(one)) for one in INPUTS)

    def test_roots(self):
        assert root(0, self.tree.node) == EMPTY
        assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        assert [root(size, self.tree.node).hex() for size in range(1, 9)] == list(ROOTS)

    @pytest.mark.parametrize(
        ("index", "size", "proof"),
        [
            (0, 1, ""),
            (0, 8, "96a296d2 5f083f0a 6b47aaf2"),
            (5, 8, "bc1a0643 ca854ea1 d37ee418"),
            (2, 3, "fac54203"),
            (1, 5, "6e340b9c 5f083f0a bc1a0643"),
        ],
    )
    def test_inclusion(self, index, size, proof):
        found = inclusion_proof(index, size, self.tree.node)

        assert [step.hex()[:8] for step in found] == proof.split()

    @pytest.mark.parametrize(
        ("old", "new", "proof"),
        [
            (1, 1, ""),
            (1, 8, "96a296d2 5f083f0a 6b47aaf2"),
            (6, 8, "0ebc5d34 ca854ea1 d37ee418"),
            (2, 5, "5f083f0a bc1a0643"),
        ],
    )
    def test_consistency(self, old, new, proof):
        found = consistency_proof(old, new, self.tree.node)

        assert [step.hex()[:8] for step in found] == proof.split()


class TestInclusion:
    def test_of_every_leaf_in_every_tree_is_proved_and_nothing_else(self):
        proofs = forgeries = 0
        for size in SIZES:
            for index in range(size):
                proof, leaf = inclusion_proof(index, size, TREE.node), LEAVES[index]
                assert verify_inclusion(leaf, index, size, proof, ROOTS_OF[size])
                proofs += 1
                forged = [
                    (flipped(leaf), index, size, proof, ROOTS_OF[size]),
                    (leaf, index, size, proof, flipped(ROOTS_OF[size])),
                    (leaf, index, size, proof, ROOTS_OF[size - 1]),
                    (leaf, -1, size, proof, ROOTS_OF[size]),
                    (leaf, size, size, proof, ROOTS_OF[size]),
                    *((leaf, index, size, wrong, ROOTS_OF[size]) for wrong in altered(proof)),
                ]
                assert not any(verify_inclusion(*facts) for facts in forged)
                forgeries += len(forged)
        assert proofs == 2080
        assert forgeries > 4160

    def test_of_a_leaf_at_another_place_is_refused(self):
        """Two leaves that changed places, or a proof that is told of for another place."""
        for size in SIZES:
            proofs = [inclusion_proof(index, size, TREE.node) for index in range(size)]
            for index in range(size):
                others = {index ^ 1, size - 1 - index, (index + size // 2) % size} - {index, size}
                for other in others:
                    leaf, there = LEAVES[index], proofs[other]
                    assert not verify_inclusion(leaf, other, size, there, ROOTS_OF[size])
                    assert not verify_inclusion(leaf, other, size, proofs[index], ROOTS_OF[size])

    def test_asks_for_a_leaf_that_is_there(self):
        with pytest.raises(IndexError):
            inclusion_proof(8, 8, TREE.node)


class TestConsistency:
    def test_of_every_two_trees_is_proved_and_nothing_else(self):
        proofs = forgeries = 0
        for new in SIZES:
            for old in range(1, new + 1):
                proof = consistency_proof(old, new, TREE.node)
                facts = (old, ROOTS_OF[old], new, ROOTS_OF[new])
                assert verify_consistency(*facts, proof)
                proofs += 1
                forged = [
                    (old, flipped(ROOTS_OF[old]), new, ROOTS_OF[new], proof),
                    (old, ROOTS_OF[old], new, flipped(ROOTS_OF[new]), proof),
                    (new + 1, ROOTS_OF[old], new, ROOTS_OF[new], proof),
                    (-1, ROOTS_OF[old], new, ROOTS_OF[new], proof),
                    (old, ROOTS_OF[old], new, ROOTS_OF[old - 1], proof),
                    *((*facts, wrong) for wrong in altered(proof)),
                ]
                assert not any(verify_consistency(*facts) for facts in forged)
                forgeries += len(forged)
        assert proofs == 2080
        assert forgeries > 4160

    def test_of_a_rewritten_log_cannot_be_proved(self):
        """Whatever was changed before the old head: no proof that the new log can give fits what a witness has."""
        for changed in (0, 6, 31, 32):
            leaves = [*LEAVES[:changed], OTHER, *LEAVES[changed + 1 :]]
            rewritten = Tree(leaves)
            for old in range(changed + 1, LARGEST + 1):
                proof = consistency_proof(old, LARGEST, rewritten.node)
                new_root = root(LARGEST, rewritten.node)
                assert not verify_consistency(old, ROOTS_OF[old], LARGEST, new_root, proof)

    def test_holds_for_the_empty_tree(self):
        assert verify_consistency(0, EMPTY, 5, ROOTS_OF[5], [])
        assert not verify_consistency(0, OTHER, 5, ROOTS_OF[5], [])
        assert not verify_consistency(0, EMPTY, 5, ROOTS_OF[5], [OTHER])
        with pytest.raises(IndexError):
            consistency_proof(0, 5, TREE.node)


class TestCost:
    def test_grows_with_the_levels_only(self):
        tree = Tree(LEAVES * 400)
        size, levels = tree.size, tree.size.bit_length()
        assert levels == 15

        tree.reads = 0
        for leaf in LEAVES:
            tree.append(leaf)
        assert tree.reads <= len(LEAVES) + levels
        tree.reads = 0
        inclusion_proof(77, size, tree.node)
        consistency_proof(1000, size, tree.node)
        assert tree.reads <= 4 * levels

    def test_reads_no_subtree_that_is_not_full(self):
        def node(level: int, index: int) -> bytes:
            assert (index + 1) << level <= size
            return merkle.EMPTY

        for size in SIZES:
            root(size, node)
            for index in range(size):
                inclusion_proof(index, size, node)
                consistency_proof(index + 1, size, node)
