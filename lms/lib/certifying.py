"""Keys, the certificates that say whose they are, and the files that private keys lie in."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
CLOCKS_DIFFER_BY = timedelta(minutes=5)


@dataclass(frozen=True)
class Authority:
    """Who certifies: the certificate of a root and its key."""

    certificate: x509.Certificate
    private: Any  # an EllipticCurvePrivateKey, or one in a token


def certify(
    public: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey,
    *,
    organisation: str,
    name: str,
    valid_for: timedelta,
    by: Authority,
) -> x509.Certificate:
    """Certify a key that signs documents or credentials."""
    issuer: Any = by.certificate.public_key()
    return (
        _builder(public, _name(organisation, name), valid_for, is_root=False)
        .issuer_name(by.certificate.subject)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer), critical=False)
        .sign(by.private, hashes.SHA256())
    )


def certify_root(
    private: ec.EllipticCurvePrivateKey, *, organisation: str, name: str, valid_for: timedelta
) -> x509.Certificate:
    """Let a root certify itself; whoever trusts it says so by keeping its certificate."""
    subject = _name(organisation, name)
    builder = _builder(private.public_key(), subject, valid_for, is_root=True)
    return builder.issuer_name(subject).sign(private, hashes.SHA256())


def keep(path: Path, content: bytes) -> None:
    """Write a secret to the disk, for this user alone; it is there when this returns."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def pem_of(private: PrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def signs_for(private: Any, certificate: x509.Certificate) -> bool:
    """Say whether a private key is the one of a certificate, by trying it."""
    public, challenge = certificate.public_key(), secrets.token_bytes(32)
    try:
        if isinstance(public, ed25519.Ed25519PublicKey):
            public.verify(private.sign(challenge), challenge)
        elif isinstance(public, ec.EllipticCurvePublicKey):
            signature = private.sign(challenge, ec.ECDSA(hashes.SHA256()))
            public.verify(signature, challenge, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except (InvalidSignature, TypeError):
        return False
    return True


def may_certify(certificate: x509.Certificate) -> bool:
    """Say whether a certificate allows its key to sign those of others."""
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return False
    return constraints.value.ca


def _builder(
    public: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey,
    subject: x509.Name,
    valid_for: timedelta,
    *,
    is_root: bool,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_DIFFER_BY)
        .not_valid_after(now + valid_for)
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(_usage(is_root=is_root), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
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
