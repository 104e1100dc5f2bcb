"""One-time codes of an app (TOTP, RFC 6238), and codes for whoever lost the app."""

from __future__ import annotations

import secrets
from hashlib import sha256

from passlib.exc import TokenError
from passlib.totp import TOTP

DIGITS = 6
SEED_BYTES = 20  # as long as the hash, RFC 4226
WINDOW_SECONDS = 30  # early or late: a phone's clock may be wrong, and typing takes time
RECOVERY_CODES = 10
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else
_RECOVERY_LETTERS = 15  # 74 bits: a fast hash is enough for what nobody can guess


def new_seed() -> bytes:
    return secrets.token_bytes(SEED_BYTES)


def _app(seed: bytes) -> TOTP:
    return TOTP(seed, format="raw", digits=DIGITS)


def seed_text(seed: bytes) -> str:
    """Return the seed as it is typed into an app."""
    return str(_app(seed).base32_key)


def app_address(seed: bytes, account: str, issuer: str) -> str:
    """Return what the QR code says, as authenticator apps read it."""
    return str(_app(seed).to_uri(label=account, issuer=issuer))


def step_of(seed: bytes, typed: str, now: float) -> int | None:
    """Return the step of 30 seconds that a typed code belongs to; None when it is not a code of about now.

    Only six plain digits are a code: no space inside, no digits of another script.
    """
    if len(typed) != DIGITS or not (typed.isascii() and typed.isdigit()):
        return None
    try:
        return int(_app(seed).match(typed, now, window=WINDOW_SECONDS).counter)
    except TokenError:
        return None


def new_recovery_codes() -> list[str]:
    """Make the codes, written in groups of five."""
    return [_grouped("".join(map(secrets.choice, [_ALPHABET] * _RECOVERY_LETTERS)))
            for _number in range(RECOVERY_CODES)]  # fmt: skip


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + 5] for start in range(0, len(letters), 5))


def recovery_hash(typed: str) -> str:
    """Return what is stored; hyphens, spaces and capitals do not count."""
    plain = "".join(letter for letter in typed.casefold() if letter in _ALPHABET)
    return sha256(plain.encode()).hexdigest()
