"""A key that signs and never leaves its token: a smart card, a USB stick or a module in the rack (PKCS#11).

Needs the package ``python-pkcs11``, which is installed only where there is a token.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

_one_at_a_time = Lock()  # a session of a token does one thing at a time


class TokenUnreadable(Exception):
    """The token, its library or the key in it is not there, or the PIN is wrong."""


@dataclass(frozen=True)
class Token:
    """Where a token is: its maker's library, its label, its PIN."""

    library: str
    label: str
    pin: str


@dataclass(frozen=True)
class TokenKey:
    """A key of ECDSA P-256 in a token, by its label."""

    token: Token
    label: str

    def sign(self, data: bytes, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        """Sign as cryptography's keys do; SHA-256 is all that is ever asked for here.

        Raises:
            TokenUnreadable: even in a new session; the token may have been taken out and put back.
        """
        digest = hashlib.sha256(data).digest()
        with _one_at_a_time:
            try:
                return _signed(self, digest)
            except TokenUnreadable:
                _close(self.token)
                return _signed(self, digest)


def _signed(key: TokenKey, digest: bytes) -> bytes:
    session = _session(key.token)
    import pkcs11
    from pkcs11.util.ec import encode_ecdsa_signature

    try:
        found = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=key.label)
        return bytes(encode_ecdsa_signature(found.sign(digest, mechanism=pkcs11.Mechanism.ECDSA)))
    except pkcs11.PKCS11Error as error:
        raise TokenUnreadable(f"{key.label}: {error!r}") from error


def _close(token: Token) -> None:
    import pkcs11

    with suppress(pkcs11.PKCS11Error, TokenUnreadable):
        _session(token).close()
    _session.cache_clear()


@lru_cache
def _session(token: Token) -> Any:
    try:
        import pkcs11
    except ImportError as error:
        raise TokenUnreadable("The package python-pkcs11 is not installed.") from error
    try:
        library = pkcs11.lib(token.library)
        return library.get_token(token_label=token.label).open(user_pin=token.pin)
    except (pkcs11.PKCS11Error, RuntimeError) as error:
        raise TokenUnreadable(f"{token.library}, {token.label}: {error!r}") from error
