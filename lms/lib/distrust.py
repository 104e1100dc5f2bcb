"""What an issuer says of keys that others may have: a root signs it, so that it is believed without a network."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from lms.lib.canonical import canonical
from lms.lib.signing import PrivateKey


def fingerprint_of(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def statement(key: x509.Certificate, since: datetime, root: PrivateKey) -> dict[str, str]:
    """Say that what a key signs from a moment on proves nothing."""
    said = {
        "distrusted": fingerprint_of(key),
        "since": f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
    signature = root.sign(canonical(said), ec.ECDSA(hashes.SHA256()))
    return said | {"signature": base64.b64encode(signature).decode()}


def moments(
    statements: Iterable[Mapping[str, Any]], roots: Sequence[x509.Certificate]
) -> dict[str, datetime]:
    """Return from when on keys are distrusted, by fingerprint; what no root has signed is left out."""
    found: dict[str, datetime] = {}
    for one in statements:
        if any(_is_signed(one, root) for root in roots):
            since = datetime.fromisoformat(one["since"])
            found[one["distrusted"]] = min(since, found.get(one["distrusted"], since))
    return found


def _is_signed(one: Mapping[str, Any], root: x509.Certificate) -> bool:
    public = root.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        return False
    try:
        said = canonical({name: one[name] for name in ("distrusted", "since")})
        signature = base64.b64decode(one["signature"], validate=True)
        public.verify(signature, said, ec.ECDSA(hashes.SHA256()))
        datetime.fromisoformat(one["since"])
    except (InvalidSignature, LookupError, TypeError, ValueError):
        return False
    return True
