"""Signed notes, and the heads of a log as notes: three lines of text and a signature, easy to mail and to keep.

Each head is signed twice by the same key: plainly, as every program for such notes reads it, and together with the
time, as witnesses sign. So a head has no line of its own invention, and when it was signed cannot be altered either.

Source: C2SP signed-note, tlog-checkpoint and tlog-cosignature, each version 1.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PLAIN, TIMED = b"\x01", b"\x04"
"""Kinds of signature: Ed25519 of the text, and Ed25519 of the text with the time."""
MOST_SIGNATURES = 64
_DASH = "— "
_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
_HEAD = re.compile(r"^[^\n]+\n[0-9]+\n[A-Za-z0-9+/=]{44}\n\n(?:— [^\n]+\n)+", re.MULTILINE)


class NoteForged(ValueError):
    """The note was not signed with this key in this form."""


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log: so many entries, this root.

    Attributes:
        origin: the name of the log, such as ``learn.example.org/register``.
        root: 32 bytes.
        signed_at: in whole seconds.
    """

    origin: str
    size: int
    root: bytes
    signed_at: datetime

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{_written(self.root)}\n"


def sign(checkpoint: Checkpoint, name: str, private: Ed25519PrivateKey) -> str:
    """Return the head as a signed note; the key is known by ``name``, which should be the log's origin."""
    public, at = private.public_key(), int(checkpoint.signed_at.timestamp())
    plain = key_id(name, PLAIN, public) + private.sign(checkpoint.text.encode())
    timed = key_id(name, TIMED, public) + struct.pack(">Q", at)
    timed += private.sign(_with_time(checkpoint.text, at))
    lines = "".join(f"{_DASH}{name} {_written(signature)}\n" for signature in (plain, timed))
    return f"{checkpoint.text}\n{lines}"


def opened(note: str, name: str, public: Ed25519PublicKey) -> Checkpoint:
    """Return the head that a note holds. Signatures of others, such as witnesses, are passed over.

    Raises:
        NoteForged: it is no head, or not signed both ways with this key.
    """
    text, signatures = _split(note)
    is_plain, signed_at = False, None
    for who, signature in signatures:
        kind = (who, signature[:4])
        if kind == (name, key_id(name, PLAIN, public)):
            _check(public, signature[4:], text.encode())
            is_plain = True
        elif kind == (name, key_id(name, TIMED, public)) and len(signature) > 12:
            (at,) = struct.unpack(">Q", signature[4:12])
            _check(public, signature[12:], _with_time(text, at))
            signed_at = at
    if not is_plain or signed_at is None:
        raise NoteForged("It is not signed with this key.")
    return _read(text, signed_at)


def head_in(text: str) -> str:
    """Return the note in a text that somebody has saved, such as an e-mail with words around it.

    Raises:
        NoteForged: there is none.
    """
    found = _HEAD.search("\n".join([*text.splitlines(), ""]))
    if found is None:
        raise NoteForged("There is no head of a log in it.")
    return found[0]


def origin_of(note: str) -> str:
    """Return the name of the log that a note claims to be from: it says so in its first line."""
    return note.partition("\n")[0]


def verifier_key(name: str, public: Ed25519PublicKey) -> str:
    """Return the key in the one line by which programs for signed notes are told whom to trust."""
    return (
        f"{name}+{key_id(name, PLAIN, public).hex()}+{_written(PLAIN + public.public_bytes_raw())}"
    )


def key_id(name: str, kind: bytes, public: Ed25519PublicKey) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + kind + public.public_bytes_raw()).digest()[:4]


def _with_time(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _check(public: Ed25519PublicKey, signature: bytes, message: bytes) -> None:
    try:
        public.verify(signature, message)
    except InvalidSignature as error:
        raise NoteForged("The signature does not fit the text.") from error


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text with its last line break, and who signed it how."""
    text, gap, tail = note.rpartition("\n\n")
    lines = tail.removesuffix("\n").split("\n")
    if not gap or not tail.endswith("\n") or len(lines) > MOST_SIGNATURES:
        raise NoteForged("It has no signature.")
    signatures = []
    for line in lines:
        who, _space, signature = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not _NAME.fullmatch(who):
            raise NoteForged("A line of its signatures cannot be read.")
        signatures.append((who, _bytes(signature)))
    return f"{text}\n", signatures


def _read(text: str, at: int) -> Checkpoint:
    lines = text.removesuffix("\n").split("\n")
    if len(lines) != 3 or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise NoteForged("It is not the head of a log.")
    root = _bytes(lines[2])
    if len(root) != hashlib.sha256().digest_size:
        raise NoteForged("Its root is not a hash.")
    try:
        signed_at = datetime.fromtimestamp(at, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise NoteForged("Its time is no time.") from error
    return Checkpoint(lines[0], int(lines[1]), root, signed_at)


def _written(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(written: str) -> bytes:
    """Read what ``_written`` writes, and nothing else: the same bytes in other letters are another text."""
    try:
        raw = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteForged("It is not written in base 64.") from error
    if _written(raw) != written:
        raise NoteForged("It is not written in base 64.")
    return raw
