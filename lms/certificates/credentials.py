"""What a certificate's credential says: Open Badges 3.0, secured by the issuer's key.

Everything in it is printed on the certificate or public anyway; there is never an e-mail address or a score in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask import current_app

from lms.certificates import badges, drawing
from lms.certificates.keys import Key
from lms.certificates.models import Certificate
from lms.certificates.rules import Kind
from lms.cohorts.models import Enrolment
from lms.courses.models import Course
from lms.courses.outline import Outline
from lms.courses.queries import newest_version, outline_of
from lms.extensions import db
from lms.lib import credentials, status_lists

ACHIEVEMENT_TYPES = {
    Kind.COMPLETION: "CertificateOfCompletion",
    Kind.PARTICIPATION: "Certificate",
    Kind.THANKS: "Award",
}


def public_url() -> str:
    """Return the address that everything in credentials and lists is named below."""
    url: str = current_app.config["PUBLIC_URL"]
    return url.rstrip("/")


def issuer() -> dict[str, Any]:
    """Describe who issues, in credentials and in status lists."""
    return {
        "id": credentials.did_web(public_url()),
        "type": ["Profile"],
        "name": current_app.config["ISSUER_NAME"],
        "url": public_url(),
    }


def did_document(
    certificates: Mapping[str, x509.Certificate], distrusted: Mapping[str, datetime]
) -> dict[str, Any]:
    """Return the document that the issuer's identifier leads to: every key that ever signed credentials.

    Keys that sign no more stay what assertions are checked with: a proof by a key that is not is refused, and with
    ``expires`` or ``revoked`` all that it ever signed would be (W3C Controlled Identifiers v1.0, 2.2 and 3.3). That is
    what becomes of a key that others may have: they can write any time into what they sign.
    """
    did = credentials.did_web(public_url())
    methods = [
        {
            "id": method_of(key_id),
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": credentials.multikey(
                cast("Ed25519PublicKey", certificate.public_key())
            ),
            **({"revoked": credentials.utc(distrusted[key_id])} if key_id in distrusted else {}),
        }
        for key_id, certificate in certificates.items()
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods if "revoked" not in method],
    }


def method_of(key_id: str) -> str:
    """Return the address of a key in the issuer's document."""
    return f"{credentials.did_web(public_url())}#{key_id}"


def status_list_url(purpose: str, number: int) -> str:
    return f"{public_url()}/status/{purpose}/{number}"


def badge_url(certificate: Certificate) -> str:
    """Return the address of the picture of this achievement, without anybody's credential in it."""
    return f"{public_url()}/badges/pictures/{badges.key_of(certificate)}.png"


def credential_of(certificate: Certificate, key: Key, register: dict[str, Any]) -> str:
    """Return the signed credential, byte for byte as it is kept and attached.

    Args:
        certificate: not erased.
        key: of the purpose ``credential``.
        register: its entry and the proof that it is in the register.
    """
    assert isinstance(key.private, Ed25519PrivateKey)  # noqa: S101 - of that purpose
    signed = credentials.secured(
        {
            **credentials.without_controls(_described(certificate)),
            "certificate": {"facts": certificate.facts, "lines": _lines(certificate)},
            "register": register,
        },
        key.private,
        method_of(key.id),
        datetime.now(UTC),
    )
    return json.dumps(signed, ensure_ascii=False, separators=(",", ":"))


def _described(certificate: Certificate) -> dict[str, Any]:
    facts = drawing.from_json(certificate.facts)
    described: dict[str, Any] = {
        "@context": credentials.contexts(public_url()),
        "id": f"{public_url()}/v/{certificate.number}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": facts.course_title,
        "issuer": issuer(),
        "validFrom": credentials.utc(certificate.issued_at),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "identityType": "name",
                    "identityHash": facts.name_latin,
                    "hashed": False,
                }
            ],
            "achievement": _achievement(certificate),
        },
        "evidence": [_evidence(certificate)],
        "credentialStatus": [_status(certificate.id, one) for one in status_lists.PURPOSES],
    }
    if certificate.expires_at is not None:
        described["validUntil"] = credentials.utc(certificate.expires_at)
    return described


def _achievement(certificate: Certificate) -> dict[str, Any]:
    course = db.session.get_one(Course, certificate.course_id)
    text = _outline(certificate, course).text("en")
    lines = _lines(certificate)
    outcomes = [f"- {outcome}" for outcome in text.get("outcomes", ())]
    done = " ".join(filter(None, (lines.get("completed"), lines.get("course"))))
    return {
        "id": f"{public_url()}/ns#{certificate.kind}/{course.slug}",
        "type": ["Achievement"],
        "achievementType": ACHIEVEMENT_TYPES[Kind(certificate.kind)],
        "name": certificate.facts["course_title"],
        "description": text.get("summary") or done,
        "criteria": {"narrative": "\n".join([done, *outcomes])},
        "image": {
            "id": badge_url(certificate),
            "type": "Image",
            "caption": f"{certificate.facts['course_title']}, {current_app.config['ISSUER_NAME']}",
        },
    }


def _outline(certificate: Certificate, course: Course) -> Outline:
    """Return what the holder took part in; an instructor is thanked for the course as it is now."""
    if certificate.enrolment_id is None:
        return outline_of(newest_version(course.slug).id)
    return outline_of(db.session.get_one(Enrolment, certificate.enrolment_id).version_id)


def _evidence(certificate: Certificate) -> dict[str, Any]:
    """Say in which programme and cohort it was earned. No address: that of the certificate is the credential's own."""
    lines = _lines(certificate)
    return {
        "type": ["Evidence"],
        "name": certificate.facts["programme"],
        "narrative": lines.get("study") or certificate.facts["cohort"],
    }


def _lines(certificate: Certificate) -> dict[str, str]:
    facts = drawing.from_json(certificate.facts)
    printed = drawing.printed_lines(facts)
    return {name: text for name, text in printed.items() if text}


def _status(certificate_id: int, purpose: str) -> dict[str, str]:
    number, index = status_lists.place_of(certificate_id)
    url = status_list_url(purpose, number)
    return {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": url,
    }
