"""Certificates whose credentials are made, and what the site publishes beside them."""

import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lms.certificates import keys
from lms.certificates.credentials import credential_of
from lms.certificates.models import Certificate, CertificateFile
from lms.certificates.services import register
from lms.extensions import db
from lms.jobs.services import run_due


def written(certificate: Certificate) -> str:
    """Sign a certificate's credential, without drawing anything."""
    key = keys.current("credential")
    return credential_of(certificate, key, register.inclusion_of(certificate, key))


def published(certificate: Certificate) -> dict:
    """Draw a certificate, and return its credential as it is kept."""
    run_due()
    file = db.session.get_one(CertificateFile, certificate.id)
    if file.credential is None:
        file.credential = written(certificate)
    db.session.commit()
    return json.loads(file.credential)


def credential_key() -> Ed25519PublicKey:
    return keys.current("credential").certificate.public_key()
