"""Securing credentials, and checking them: W3C Data Integrity with ``eddsa-rdfc-2022``.

What is signed is the RDF that a credential's JSON stands for. So that nobody can write the same RDF as other JSON,
and have other things read from it than were signed, only credentials in our own form are accepted: contexts that are
installed here, each term by its short name, each node once.

Source: W3C Recommendations "Verifiable Credential Data Integrity 1.0", and "Data Integrity EdDSA Cryptosuites
v1.0", 3.2.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from threading import Lock
from typing import Any
from urllib.parse import quote, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

VERIFIABLE_CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CRYPTOSUITE = "eddsa-rdfc-2022"
JSON_TERMS = ("certificate", "register")
"""Terms of our own. Their values are signed as JSON, to the letter."""

_INSTALLED = {
    VERIFIABLE_CREDENTIALS: "credentials-v2.json",
    OPEN_BADGES: "ob-v3p0-context-3.0.3.json",
}
_MOST_UNNAMED = 8
"""Parts without an address. Many that look alike take the canonical form for ever, and ours have four."""

_MOST_VALUES = 2000  # of all that a credential holds; ours has some 200
_DEEPEST = 20  # ours have six levels
_UNDEFINED = "undefined:/"  # the base of what no context defines
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_MULTICODEC_ED25519 = b"\xed\x01"

# pyld leaves these as they are where the canonical form writes them as \u007F and so on.
_WRITTEN_DIFFERENTLY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

# pyld keeps parsed contexts for the whole process and does not lock them.
_one_at_a_time = Lock()


class CredentialForged(ValueError):
    """The credential is not what was signed, or nothing that could have been."""


class TermUndefined(ValueError):
    """A term, a type or an address has no meaning in the credential's contexts, so it would not be signed."""


class ContextUnknown(LookupError):
    """A context is not installed; nothing is ever fetched."""


def contexts(public_url: str) -> list[Any]:
    """Return the contexts of our credentials; terms of our own are named below the site's address."""
    own = {term: {"@id": f"serai:{term}", "@type": "@json"} for term in JSON_TERMS}
    return [VERIFIABLE_CREDENTIALS, OPEN_BADGES, {"serai": f"{public_url.rstrip('/')}/ns#", **own}]


def secured(
    credential: Mapping[str, Any], private: Ed25519PrivateKey, method: str, created: datetime
) -> dict[str, Any]:
    """Return a credential with its proof.

    Args:
        credential: without a proof.
        private: the issuer's key.
        method: the address of its public half, ``did:web:HOST#KEY``.
        created: with a time zone.

    Raises:
        TermUndefined: something would be left out of what is signed, or be signed otherwise elsewhere.
    """
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": utc(created),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    if fault := _fault_of_form(credential):
        raise TermUndefined(fault)
    signature = private.sign(hash_data(credential, proof))
    return {**credential, "proof": {**proof, "proofValue": multibase(signature)}}


def check(credential: Mapping[str, Any], public: Ed25519PublicKey) -> None:
    """Check that everything in a credential was signed with a key. Its period and its standing are not looked at.

    Raises:
        CredentialForged: something was changed, or another key signed.
    """
    unsecured = {name: value for name, value in credential.items() if name != "proof"}
    proof = credential.get("proof")
    if not isinstance(proof, dict) or not all(isinstance(one, str) for one in proof.values()):
        raise CredentialForged("There is no proof.")
    kind = (proof.get("type"), proof.get("cryptosuite"), proof.get("proofPurpose"))
    if kind != ("DataIntegrityProof", CRYPTOSUITE, "assertionMethod"):
        raise CredentialForged(f"The proof is of another kind: {kind}.")
    if fault := _fault_of_form(unsecured) or _fault_of_context(unsecured.get("@context")):
        raise CredentialForged(fault)
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    try:
        public.verify(
            from_multibase(proof.get("proofValue", "")),
            hash_data(unsecured, options),
        )
    except (InvalidSignature, ValueError, LookupError) as error:
        raise CredentialForged("This is not what was signed.") from error


def is_current(credential: Mapping[str, Any], at: datetime) -> bool:
    """Tell whether a moment is in the credential's period, its two ends included."""
    begins, ends = credential.get("validFrom"), credential.get("validUntil")
    return (begins is None or datetime.fromisoformat(begins) <= at) and (
        ends is None or at <= datetime.fromisoformat(ends)
    )


def hash_data(unsecured: Mapping[str, Any], proof: Mapping[str, str]) -> bytes:
    """Return the 64 bytes that are signed: the hash of the proof's options, and that of the credential.

    Raises:
        TermUndefined: a term is in none of the contexts.
        ContextUnknown: a context is not installed.
    """
    options = {"@context": unsecured.get("@context"), **proof}
    return b"".join(sha256(_canonical(part).encode()).digest() for part in (options, unsecured))


def without_controls(value: Any) -> Any:
    """Return texts, and all that contain some, without the characters that `secured` refuses."""
    if isinstance(value, str):
        return _WRITTEN_DIFFERENTLY.sub("", value)
    if isinstance(value, Mapping):
        return {name: without_controls(part) for name, part in value.items()}
    return [without_controls(part) for part in value] if isinstance(value, list) else value


def utc(moment: datetime) -> str:
    """Write a moment as credentials do: to the second, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def did_web(public_url: str) -> str:
    """Return the issuer's identifier, which leads to its keys at ``/.well-known/did.json``."""
    return "did:web:" + quote(urlsplit(public_url).netloc, safe=".-")


def multikey(public: Ed25519PublicKey) -> str:
    """Write a public key as a Multikey's ``publicKeyMultibase``."""
    return multibase(_MULTICODEC_ED25519 + public.public_bytes_raw())


def multibase(data: bytes) -> str:
    """Write bytes in Base58, Bitcoin's alphabet, behind a ``z``."""
    number, digits = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _BASE58[digit] + digits
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + _BASE58[0] * zeros + digits


def from_multibase(text: str) -> bytes:
    """Read what ``multibase`` writes.

    Raises:
        ValueError: it is something else.
    """
    if not text.startswith("z") or len(text) > 200:
        raise ValueError("This is not Base58 behind a z.")
    digits = text[1:]
    number = 0
    for digit in digits:
        number = number * 58 + _BASE58.index(digit)
    zeros = len(digits) - len(digits.lstrip(_BASE58[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)


def installed_context(url: str) -> dict[str, Any]:
    """Return a context that is installed with Open Badges' library.

    Raises:
        ContextUnknown: it is another one.
    """
    if url not in _INSTALLED:
        raise ContextUnknown(url)
    path = files("openbadgeslib").joinpath("ob3", "contexts", _INSTALLED[url])
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def _canonical(document: Mapping[str, Any]) -> str:
    """Return the canonical N-Quads of a document (RDF Dataset Canonicalization, RDFC-1.0)."""
    from pyld.jsonld import JsonLdError

    undefined: list[str | None] = []
    with _one_at_a_time:
        try:
            quads = _processor_class()(on_property_dropped=undefined.append).normalize(
                document,
                {
                    "algorithm": "URDNA2015",
                    "format": "application/n-quads",
                    "documentLoader": _load,
                    "base": _UNDEFINED,
                },
            )
        except JsonLdError as error:
            raise TermUndefined(str(error)) from error
    if undefined or f"<{_UNDEFINED}" in quads:
        raise TermUndefined(f"Not defined by the contexts: {undefined or quads}")
    return str(quads)


@cache
def _processor_class() -> Any:
    """Return pyld's processor, with the contexts of types kept: it would parse them anew at each node.

    Loaded by the first credential: it takes a tenth of a second, and pages need none.
    """
    from cachetools import LRUCache
    from pyld.jsonld import JsonLdProcessor

    parsed: LRUCache[tuple[str, int], tuple[Any, Any]] = LRUCache(maxsize=128)

    class Processor(JsonLdProcessor):  # type: ignore[misc]  # the library has no types
        def _process_context(
            self, active_ctx: Any, local_ctx: Any, options: Any, **how: Any
        ) -> Any:
            if how.get("propagate", True) or "_uuid" not in active_ctx:
                return super()._process_context(active_ctx, local_ctx, options, **how)
            key = (active_ctx["_uuid"], id(local_ctx))
            if key not in parsed:  # with what has that id, so that nothing else ever gets it
                context = super()._process_context(active_ctx, local_ctx, options, **how)
                parsed[key] = (local_ctx, context)
            return parsed[key][1]

    return Processor


def _load(url: str, _options: Mapping[str, Any]) -> dict[str, Any]:
    document = installed_context(url)
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": document,
        "tag": "static",  # it never changes, so it is kept parsed
    }


def _fault_of_context(context: Any) -> str:
    """Accept the contexts of credentials and of lists, with whatever site our own terms are named below."""
    known: list[Any] = [VERIFIABLE_CREDENTIALS]
    if isinstance(context, list) and len(context) == 3 and isinstance(context[2], dict):
        known = contexts(str(context[2].get("serai", "")).removesuffix("/ns#"))
    return "" if context == known else "The contexts are none of ours."


def _fault_of_form(credential: Mapping[str, Any]) -> str:
    """Say what makes a credential ambiguous: that its JSON could be read as other than its RDF."""
    seen: set[str] = set()
    rest = {name: value for name, value in credential.items() if name != "@context"}
    if _is_too_large(rest):
        return "It is larger than any of ours."
    for name, value in _members(rest):
        if name.startswith("@") or ":" in name:
            return f"{name} is not a term."
        if value is None:
            return f"{name} is empty."
        if name == "id":
            if not isinstance(value, str) or value.startswith("_:") or value in seen:
                return "Two parts have the same address, or one that is none."
            seen.add(value)
    if any(_WRITTEN_DIFFERENTLY.search(text) for text in _texts(rest)):
        return "There is a control character in a text."
    return ""


def _is_too_large(credential: Mapping[str, Any]) -> bool:
    """Tell whether canonicalising it could take long; nothing is canonicalised for that."""
    waiting: list[tuple[Any, int, bool]] = [(credential, 0, False)]
    values = unnamed = deepest = 0
    while waiting and values <= _MOST_VALUES:
        value, depth, is_json = waiting.pop()
        values, deepest = values + 1, max(deepest, depth)
        if isinstance(value, Mapping):
            unnamed += not is_json and "id" not in value
            parts = value.items()
            waiting += [(part, depth + 1, is_json or name in JSON_TERMS) for name, part in parts]
        elif isinstance(value, list):
            waiting += [(part, depth + 1, is_json) for part in value]
    return values > _MOST_VALUES or unnamed > _MOST_UNNAMED or deepest > _DEEPEST


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    """Go through all members of an object and of those in it, but not into those that are signed as JSON."""
    if isinstance(value, list):
        for one in value:
            yield from _members(one)
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield name, part
            if name not in JSON_TERMS:
                yield from _members(part)


def _texts(value: Any) -> Iterator[str]:
    """Go through all texts, also those that are signed as JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | Mapping):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(part)
