"""The keys that sign: their private halves lie in a folder that only workers can read, or in a token.

A root signs the certificates of the other keys and nothing else, so whoever trusts it trusts what later keys sign too.
Keys of the purpose ``document`` (ECDSA P-256) sign PDFs, those of ``credential`` (Ed25519) sign credentials, status
lists and heads of the register. Only jobs and commands ask for a private key.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from lms.audit import services as audit
from lms.audit.models import AuditEvent
from lms.certificates.models import DistrustedKey, SigningKey
from lms.errors import LmsError
from lms.extensions import db, insert_once
from lms.jobs.services import enqueue
from lms.lib import certifying
from lms.lib.certifying import Authority, PrivateKey
from lms.lib.distrust import fingerprint_of, statement
from lms.lib.signing import issued_by
from lms.lib.tokens import Token, TokenKey, TokenUnreadable

PURPOSES = ("root", "document", "credential")
VALID_FOR = {
    "root": timedelta(days=365 * 30),
    "document": timedelta(days=365 * 10),
    "credential": timedelta(days=365 * 10),
}
MADE, TAKEN = "make_signing_key", "take_signing_key"
_LOGGED: set[tuple[str, str]] = set()  # keys, with their fingerprints
IN_TOKEN = "token:"  # noqa: S105 - begins the name of a key, no secret


class KeyUnreadable(LmsError):
    """The row of a key is there, and its private half is not: this process is no worker, or the folder was lost."""

    status = 500


class KeyMissing(LmsError):
    status = 500
    message = _l("There is no signing key yet. As the user of the worker, run: flask lms keys make")


class KeyRefused(LmsError):
    """A key from outside does not fit; the message says why."""

    status = 422


@dataclass(frozen=True)
class Key:
    """A key that signs now. ``private`` signs as cryptography's keys do, also where it lies in a token."""

    id: str
    private: Any
    certificate: x509.Certificate
    root: x509.Certificate


def current(purpose: str) -> Key:
    """Return the key that signs now; on the embedded default one is made when there is none.

    Raises:
        KeyMissing: in production there was none made yet.
        KeyUnreadable: its private half cannot be read here.
    """
    row = _active(purpose)
    if row is None:
        if current_app.config["IS_PRODUCTION"]:
            raise KeyMissing
        row = _made(purpose)
    certificate = certificate_of(row)
    return Key(row.id, private_of(row.id), certificate, root=_root_of(certificate))


def certificates(*purposes: str) -> dict[str, x509.Certificate]:
    """Return the certificates of all keys that ever signed for these purposes, by id, the newest first."""
    return {row.id: certificate_of(row) for row in list_keys(*purposes)}


def published(*purposes: str) -> dict[str, x509.Certificate]:
    """Return those of ``certificates`` that the audit log knows: a row from elsewhere is trusted by nobody."""
    return {row.id: certificate_of(row) for row in list_keys(*purposes) if is_logged(row)}


def is_logged(row: SigningKey) -> bool:
    """Say whether the audit log tells that this key was made or taken here.

    The log only grows, so that a yes holds for good, and is asked for once in each process.
    """
    fingerprint = fingerprint_of(certificate_of(row))
    if (row.id, fingerprint) not in _LOGGED:
        query = select(AuditEvent.details).where(
            AuditEvent.object_type == "signing_key",
            AuditEvent.object_id == row.id,
            AuditEvent.action.in_((MADE, TAKEN)),
        )
        # until 0012 only the name of a key was logged
        if not any(
            details.get("sha256", fingerprint) == fingerprint
            for details in db.session.scalars(query)
        ):
            return False
        _LOGGED.add((row.id, fingerprint))
    return True


def list_keys(*purposes: str) -> list[SigningKey]:
    query = select(SigningKey).where(SigningKey.purpose.in_(purposes))
    return list(db.session.scalars(query.order_by(SigningKey.made_at.desc(), SigningKey.id)))


def certificate_of(row: SigningKey) -> x509.Certificate:
    return _read(row.certificate_pem)


def make() -> list[SigningKey]:
    """Make a key for each purpose that has none; return those that are new."""
    audit.begin_row()  # one at a time, here and below
    missing = [purpose for purpose in PURPOSES[1:] if _active(purpose) is None]
    before = {row.id for row in list_keys(*PURPOSES)}
    for purpose in missing:
        _made(purpose)
    return [row for row in list_keys(*PURPOSES) if row.id not in before]


def rotate(purpose: str) -> SigningKey:
    """Let a new key sign from now on. What the old one signed stays valid.

    Raises:
        KeyUnreadable: the root's private half is not here, so it can certify nothing.
    """
    audit.begin_row()
    _retire(purpose)
    return _made(purpose)


def take(purpose: str, source: str, chain: bytes) -> SigningKey:
    """Let a key sign that was made elsewhere, and keep who certified it among those who are trusted.

    Args:
        purpose: ``root`` as well: then it certifies the keys that are made here from now on.
        source: the path of a PEM file, or ``token:`` and the label of a key in the token of the settings.
        chain: PEM; the certificate of the key, then the one whose key signed that; of a root only itself.

    Raises:
        KeyRefused: these do not belong together, or are of another kind than the purpose needs.
        KeyUnreadable: there is no such file, or the token does not answer.
    """
    audit.begin_row()
    private = _in_token(source) if source.startswith(IN_TOKEN) else _from_file(Path(source))
    certificate, issuer = _opened(purpose, chain)
    _require_fit(purpose, private, certificate)
    if purpose != "root" and issuer not in certificates("root").values():
        root_id = f"root-{secrets.token_hex(4)}"
        _insert(root_id, "root", issuer, action=TAKEN, is_active=False)
    key_id = f"{purpose}-{secrets.token_hex(4)}"
    if isinstance(private, TokenKey):
        certifying.keep(_folder() / f"{key_id}.token", source.encode())
    else:
        certifying.keep(_folder() / f"{key_id}.pem", certifying.pem_of(private))
    _retire(purpose)
    _insert(key_id, purpose, certificate, action=TAKEN)
    return db.session.get_one(SigningKey, key_id)


def distrust(key_id: str, since: datetime, reason: str) -> SigningKey:
    """Say for good that others may have a key: what it signs from a moment on proves nothing.

    Where it still signs, a new one does from now on.

    Raises:
        KeyRefused: there is no such key, or it is a root, or was distrusted already.
        KeyUnreadable: no root is here that could sign this.
    """
    audit.begin_row()
    row = db.session.get(SigningKey, key_id)
    if row is None:
        raise KeyRefused(_l("There is no key of this name. See them with: flask lms keys list"))
    if row.purpose == "root":
        raise KeyRefused(
            _l("Nobody above a root can unsay it. Make a new one, and give it to everybody anew.")
        )
    if since > datetime.now(UTC):
        raise KeyRefused(_l("Name a moment that is over."))
    if db.session.get(DistrustedKey, key_id) is not None:
        raise KeyRefused(_l("This key is distrusted already."))
    if row.retired_at is None:
        rotate(row.purpose)
    db.session.add(
        DistrustedKey(
            key_id=key_id,
            since=since,
            reason=reason,
            noted_at=datetime.now(UTC),
            statement=statement(certificate_of(row), since, current("root").private),
        )
    )
    audit.record(
        "distrust_signing_key", "signing_key", key_id, reason=reason, since=since.isoformat()
    )
    for handler in ("sign_head", "sign_status_lists"):  # by the new key
        enqueue(handler)
    return row


def distrusted() -> list[DistrustedKey]:
    return list(db.session.scalars(select(DistrustedKey).order_by(DistrustedKey.key_id)))


def private_of(key_id: str) -> Any:
    """Return the private half of a key.

    Raises:
        KeyUnreadable: it cannot be read here.
    """
    note = _folder() / f"{key_id}.token"
    if note.exists():
        return _in_token(note.read_text(encoding="utf-8"))
    return _from_file(_folder() / f"{key_id}.pem")


def _folder() -> Path:
    folder: Path = current_app.config["SIGNING_KEYS_DIR"]
    return folder


def _active(purpose: str) -> SigningKey | None:
    query = select(SigningKey).where(SigningKey.purpose == purpose, SigningKey.retired_at.is_(None))
    return db.session.scalar(query)


def _retire(purpose: str) -> None:
    unretired = SigningKey.purpose == purpose, SigningKey.retired_at.is_(None)
    db.session.execute(update(SigningKey).where(*unretired).values(retired_at=datetime.now(UTC)))


def _root_of(certificate: x509.Certificate) -> x509.Certificate:
    return next(root for root in certificates("root").values() if issued_by(certificate, root))


def _made(purpose: str) -> SigningKey:
    """Make a key. Of two workers that do at once, one's is kept."""
    key_id = f"{purpose}-{secrets.token_hex(4)}"
    private, certificate = _certified(purpose, key_id)
    path = _folder() / f"{key_id}.pem"
    certifying.keep(path, certifying.pem_of(private))
    if not _insert(key_id, purpose, certificate, action=MADE):
        path.unlink()
    active = _active(purpose)
    assert active is not None  # noqa: S101 - this one, or the one that was quicker
    return active


def _certified(purpose: str, key_id: str) -> tuple[PrivateKey, x509.Certificate]:
    issuer = current_app.config["ISSUER_NAME"]
    said = {
        "organisation": issuer,
        "name": f"{issuer} {key_id}",
        "valid_for": VALID_FOR[purpose],
    }
    if purpose == "root":
        root = ec.generate_private_key(ec.SECP256R1())
        return root, certifying.certify_root(root, **said)
    row = _active("root") or _made("root")
    authority = Authority(certificate_of(row), private_of(row.id))
    private: PrivateKey = (
        ed25519.Ed25519PrivateKey.generate()
        if purpose == "credential"
        else ec.generate_private_key(ec.SECP256R1())
    )
    return private, certifying.certify(private.public_key(), **said, by=authority)


def _insert(
    key_id: str,
    purpose: str,
    certificate: x509.Certificate,
    *,
    action: str,
    is_active: bool = True,
) -> bool:
    """Keep the public half, and tell the audit log of it: what the log does not know is never published."""
    audit.begin_row()
    now = datetime.now(UTC)
    is_new = insert_once(
        SigningKey,
        id=key_id,
        purpose=purpose,
        certificate_pem=certificate.public_bytes(serialization.Encoding.PEM).decode(),
        made_at=now,
        retired_at=None if is_active else now,  # a root from outside certifies nothing here
    )
    if is_new:
        audit.record(action, "signing_key", key_id, sha256=fingerprint_of(certificate))
    return is_new


def _opened(purpose: str, chain: bytes) -> tuple[x509.Certificate, x509.Certificate]:
    """Return a certificate and the one that certified it; nobody stands above a root."""
    try:
        certificate, *others = x509.load_pem_x509_certificates(chain)
    except ValueError as error:
        raise KeyRefused(_l("The file of certificates cannot be read as PEM.")) from error
    if purpose == "root":
        return certificate, certificate
    known: Sequence[x509.Certificate] = [*others, *certificates("root").values()]
    issuer = next((one for one in known if issued_by(certificate, one)), None)
    if issuer is None:
        raise KeyRefused(
            _l("Put the certificate that certified the key behind the key's own certificate.")
        )
    return certificate, issuer


def _require_fit(purpose: str, private: Any, certificate: x509.Certificate) -> None:
    public = certificate.public_key()
    is_p256 = isinstance(public, ec.EllipticCurvePublicKey) and isinstance(
        public.curve, ec.SECP256R1
    )
    if purpose == "credential" and not isinstance(public, ed25519.Ed25519PublicKey):
        raise KeyRefused(
            _l("Credentials are signed with Ed25519, and this key is of another kind.")
        )
    if purpose != "credential" and not is_p256:
        raise KeyRefused(
            _l("Documents are signed with ECDSA P-256, and this key is of another kind.")
        )
    if purpose == "root" and not certifying.may_certify(certificate):
        raise KeyRefused(_l("The certificate of a root must allow it to certify others."))
    try:
        is_its_own = certifying.signs_for(private, certificate)
    except TokenUnreadable as error:
        raise KeyUnreadable(_l("The token does not answer: %(why)s", why=str(error))) from error
    if not is_its_own:
        raise KeyRefused(_l("The certificate is of another key."))
    if not certificate.not_valid_before_utc <= datetime.now(UTC) < certificate.not_valid_after_utc:
        raise KeyRefused(_l("The certificate does not hold today."))


def _in_token(source: str) -> TokenKey:
    config = current_app.config
    token = Token(
        config["SIGNING_TOKEN_LIBRARY"],
        config["SIGNING_TOKEN_LABEL"],
        config["SIGNING_TOKEN_PIN"],
    )
    return TokenKey(token, source.removeprefix(IN_TOKEN))


@lru_cache
def _from_file(path: Path) -> PrivateKey:
    try:
        pem = path.read_bytes()
    except OSError as error:
        raise KeyUnreadable(
            _l("The signing key %(path)s cannot be read.", path=str(path))
        ) from error
    try:
        return serialization.load_pem_private_key(pem, password=None)  # type: ignore[return-value]
    except (ValueError, TypeError) as error:
        raise KeyRefused(_l("The file of the key cannot be read as PEM.")) from error


@lru_cache
def _read(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())
