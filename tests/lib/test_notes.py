from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lms.lib.notes import (
    PLAIN,
    Checkpoint,
    NoteForged,
    key_id,
    opened,
    origin_of,
    sign,
    verifier_key,
)

NAME = "learn.example.org/register"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PRIVATE.public_key()
HEAD = Checkpoint(NAME, 20852163, bytes(range(32)), datetime(2026, 11, 26, 3, 0, tzinfo=UTC))
NOTE = sign(HEAD, NAME, PRIVATE)


class TestSign:
    def test_writes_three_lines_and_two_signatures(self):
        text, signatures = NOTE.split("\n\n")

        assert text.split("\n") == [NAME, "20852163", base64.b64encode(HEAD.root).decode()]
        assert [line.split(" ")[:2] for line in signatures.splitlines()] == [["—", NAME]] * 2
        assert NOTE.endswith("\n")
        assert origin_of(NOTE) == NAME

    def test_is_read_again(self):
        assert opened(NOTE, NAME, PUBLIC) == HEAD

    def test_knows_keys_as_other_programs_do(self):
        """The key of the documentation of Go's package note."""
        known = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        raw = base64.b64decode(known.rpartition("+")[2])
        public = Ed25519PublicKey.from_public_bytes(raw[1:])

        assert verifier_key("PeterNeumann", public) == known
        assert key_id("PeterNeumann", PLAIN, public).hex() == "c74f20a3"


class TestOpen:
    def test_passes_over_what_witnesses_signed(self):
        witness = Ed25519PrivateKey.generate()
        theirs = sign(HEAD, "witness.example.net", witness).split("\n\n")[1]

        assert opened(NOTE + theirs, NAME, PUBLIC) == HEAD
        assert opened(NOTE + theirs, "witness.example.net", witness.public_key()) == HEAD

    def test_refuses_another_name_or_key(self):
        for name, public in (
            ("learn.example.net/register", PUBLIC),
            (NAME, Ed25519PrivateKey.generate().public_key()),
        ):
            with pytest.raises(NoteForged):
                opened(NOTE, name, public)

    def test_refuses_every_changed_character(self):
        """Of the text, of the time in the second signature, of the names: nothing is there that is not checked."""
        for place, letter in enumerate(NOTE):
            for other in {"A", "B", "1", "2", "\n", " "} - {letter}:
                changed = NOTE[:place] + other + NOTE[place + 1 :]
                with pytest.raises(NoteForged):
                    opened(changed, NAME, PUBLIC)
        for place in range(len(NOTE)):
            with pytest.raises(NoteForged):
                opened(NOTE[:place] + NOTE[place + 1 :], NAME, PUBLIC)

    def test_refuses_one_signature_alone(self):
        text, signatures = NOTE.split("\n\n")
        for line in signatures.splitlines(keepends=True):
            with pytest.raises(NoteForged):
                opened(f"{text}\n\n{line}", NAME, PUBLIC)

    @pytest.mark.parametrize(
        "text", ["", "\n", "\n\n", "a\n\nb", NAME, "— x\n\n— x y\n", "a\n\n— a =\n"]
    )
    def test_refuses_what_is_no_note(self, text):
        with pytest.raises(NoteForged):
            opened(text, NAME, PUBLIC)

    @pytest.mark.parametrize(
        ("size", "root"), [(1, b"short"), (10**16, bytes(32)), (-1, bytes(32))]
    )
    def test_refuses_a_signed_text_that_is_no_head(self, size, root):
        note = sign(Checkpoint(NAME, size, root, HEAD.signed_at), NAME, PRIVATE)
        with pytest.raises(NoteForged):
            opened(note, NAME, PUBLIC)
