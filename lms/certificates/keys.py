"""The keys that sign: their private halves lie in a folder that only workers can read.

A root signs the certificates of the other keys and nothing else, so whoever trusts it trusts what later keys sign too.
Keys of the purpose ``document`` (ECDSA P-256) sign PDFs, those of ``credential`` (Ed25519) sign credentials, status
lists and heads of the register. Only jobs and commands ask for a private key.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from flask import current_app
from sqlalchemy import select

from lms.certificates.models import SigningKey
from lms.errors import LmsError
from lms.extensions import db, insert_once

PURPOSES = ("root", "document", "credential")
VALID_FOR = {
    "root": timedelta(days=365 * 30),
    "document": timedelta(days=365 * 10),
    "credential": timedelta(days=365 * 10),
}
PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


class KeyUnreadable(LmsError):
    """The row of a key is there, and its private half is not: this process is no worker, or the folder was lost."""

    status = 500


@dataclass(frozen=True)
class Key:
    """A key that signs now."""

    id: str
    private: PrivateKey
    certificate: x509.Certificate
    root: x509.Certificate


def current(purpose: str) -> Key:
    """Return the key that signs now; made when there is none yet.

    Raises:
        KeyUnreadable: its private half cannot be read here.
    """
    row = _active(purpose) or _make(purpose)
    return Key(
        id=row.id,
        private=_private(current_app.config["SIGNING_KEYS_DIR"] / f"{row.id}.pem"),
        certificate=_read(row.certificate_pem),
        root=_read(_root().certificate_pem),
    )


def certificates(*purposes: str) -> dict[str, x509.Certificate]:
    """Return the certificates of all keys that ever signed for these purposes, by id, the newest first."""
    query = select(SigningKey).where(SigningKey.purpose.in_(purposes))
    rows = db.session.scalars(query.order_by(SigningKey.made_at.desc(), SigningKey.id))
    return {row.id: _read(row.certificate_pem) for row in rows}


def _active(purpose: str) -> SigningKey | None:
    query = select(SigningKey).where(SigningKey.purpose == purpose, SigningKey.retired_at.is_(None))
    return db.session.scalar(query)


def _root() -> SigningKey:
    return _active("root") or _make("root")


def _make(purpose: str) -> SigningKey:
    """Make a key. Of two workers that do at once, one's is kept."""
    private: PrivateKey = (
        ed25519.Ed25519PrivateKey.generate()
        if purpose == "credential"
        else ec.generate_private_key(ec.SECP256R1())
    )
    key_id = f"{purpose}-{secrets.token_hex(4)}"
    certificate = _certificate(purpose, key_id, private)
    path = current_app.config["SIGNING_KEYS_DIR"] / f"{key_id}.pem"
    _keep(path, private)
    is_kept = insert_once(
        SigningKey,
        id=key_id,
        purpose=purpose,
        certificate_pem=certificate.public_bytes(serialization.Encoding.PEM).decode(),
        made_at=datetime.now(UTC),
    )
    if not is_kept:
        path.unlink()
    active = _active(purpose)
    assert active is not None  # noqa: S101 - this one, or the one that was quicker
    return active


def _certificate(purpose: str, key_id: str, private: PrivateKey) -> x509.Certificate:
    """Certify a key by the root, or the root by itself."""
    now = datetime.now(UTC)
    issuer = current_app.config["ISSUER_NAME"]
    name = _name(issuer, f"{issuer} {key_id}")
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))  # clocks differ
        .not_valid_after(now + VALID_FOR[purpose])
        .add_extension(x509.BasicConstraints(ca=purpose == "root", path_length=None), critical=True)
        .add_extension(_usage(is_root=purpose == "root"), critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False
        )
    )
    if purpose == "root":
        return builder.issuer_name(name).sign(private, hashes.SHA256())
    root = _root()
    authority = _read(root.certificate_pem)
    signer = _private(current_app.config["SIGNING_KEYS_DIR"] / f"{root.id}.pem")
    return (
        builder.issuer_name(authority.subject)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()),  # type: ignore[arg-type]
            critical=False,
        )
        .sign(signer, hashes.SHA256())
    )


def _name(organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
        ]
    )


def _usage(*, is_root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_root,
        content_commitment=not is_root,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_root,
        crl_sign=is_root,
        encipher_only=False,
        decipher_only=False,
    )


def _keep(path: Path, private: PrivateKey) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())


@lru_cache
def _private(path: Path) -> PrivateKey:
    try:
        pem = path.read_bytes()
    except OSError as error:
        raise KeyUnreadable(f"The signing key {path} cannot be read.") from error
    return serialization.load_pem_private_key(pem, password=None)  # type: ignore[return-value]


@lru_cache
def _read(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())
