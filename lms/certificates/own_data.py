"""A person's certificates: what was certified, and the documents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from lms.accounts.models import Person
from lms.accounts.services.personal_data import facts_of
from lms.certificates.models import Certificate, CertificateFile
from lms.certificates.queries import certificates_of
from lms.extensions import db

NAMES = ("name_latin", "name_native")
FOR_THE_REGISTER = ("issued_by_id", "revoked_by_id", "revocation_note")


def export(person: Person) -> list[dict[str, Any]]:
    return [facts_of(certificate, *FOR_THE_REGISTER) for certificate in certificates_of(person)]


def files(person: Person) -> Iterable[tuple[str, bytes]]:
    for certificate in certificates_of(person):
        if certificate.file is not None and certificate.file.pdf is not None:
            yield f"{certificate.number}.pdf", certificate.file.pdf


def erase(person: Person) -> None:
    """Take the name out of the register, and the documents; what they certify stays, and their fingerprints.

    So whoever holds a document can still prove that it was issued here.
    """
    own = select(Certificate).where(Certificate.person_id == person.id)
    for certificate in db.session.scalars(own):
        certificate.facts = {**certificate.facts, **dict.fromkeys(NAMES, "")}
        certificate.revocation_note = ""
        certificate.salt = None  # without it, nobody can try names on the leaves of the register
        certificate.erased_at = datetime.now(UTC)
    ids = select(Certificate.id).where(Certificate.person_id == person.id)
    db.session.execute(
        update(CertificateFile)
        .where(CertificateFile.certificate_id.in_(ids))
        .values(pdf=None, credential=None)
        .execution_options(synchronize_session=False)
    )
