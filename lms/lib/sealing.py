"""Small secrets kept so that a copy of the database alone does not tell them."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


class Unreadable(ValueError):
    """Sealed with another key, for somebody else, or changed since."""


def seal(secret_key: str, purpose: str, owner: str, plain: bytes) -> bytes:
    """Encrypt ``plain`` so that only the same key, purpose and owner open it again."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher(secret_key, purpose).encrypt(nonce, plain, owner.encode())


def unseal(secret_key: str, purpose: str, owner: str, sealed: bytes) -> bytes:
    nonce, encrypted = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return _cipher(secret_key, purpose).decrypt(nonce, encrypted, owner.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error


def _cipher(secret_key: str, purpose: str) -> AESGCM:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return AESGCM(key.derive(secret_key.encode()))
