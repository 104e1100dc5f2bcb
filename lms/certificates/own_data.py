"""A person's certificates: what was certified, and the documents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select, update

from lms.accounts.models import Approval, Person
from lms.accounts.services.personal_data import facts_of
from lms.audit import services as audit
from lms.certificates.models import Certificate, CertificateFile, NameChange
from lms.certificates.queries import certificates_of
from lms.extensions import db

NAMES = ("name_latin", "name_native")
FOR_THE_REGISTER = ("issued_by_id", "revoked_by_id", "revocation_note", "salt")


def export(person: Person) -> dict[str, Any]:
    return {
        "certificates": [facts_of(one, *FOR_THE_REGISTER) for one in certificates_of(person)],
        "name_changes": [facts_of(one, "decided_by_id") for one in _name_changes_of(person)],
    }


def files(person: Person) -> Iterable[tuple[str, bytes]]:
    for certificate in certificates_of(person):
        file = certificate.file
        if file is not None and file.pdf is not None:
            yield f"{certificate.number}.pdf", file.pdf
        if file is not None and file.credential is not None:
            yield f"{certificate.number}.json", file.credential.encode()


def _name_changes_of(person: Person) -> Iterable[NameChange]:
    own = select(NameChange).where(NameChange.person_id == person.id)
    return db.session.scalars(own.order_by(NameChange.id)).unique()


def erase(person: Person) -> None:
    """Take the name out of the register, with the documents and the wishes for another name.

    What was certified stays, and the fingerprints of the documents: so whoever holds one can still prove that it was
    issued here. The public register keeps its hashes; without the salts nobody can try names on them.
    """
    audit.begin_row()  # as whatever changes a certificate: the log first, then the row
    own = select(Certificate).where(Certificate.person_id == person.id)
    numbers = select(Certificate.number).where(Certificate.person_id == person.id)
    is_asked_about = Approval.arguments["number"].as_string().in_(list(db.session.scalars(numbers)))
    db.session.execute(update(Approval).where(is_asked_about).values(reason=""))
    for certificate in db.session.scalars(own):
        certificate.facts = {**certificate.facts, **dict.fromkeys(NAMES, "")}
        certificate.printed_name = ""
        certificate.revocation_note = ""
        certificate.salt = None
        certificate.erased_at = datetime.now(UTC)
    ids = select(Certificate.id).where(Certificate.person_id == person.id)
    db.session.execute(
        update(CertificateFile)
        .where(CertificateFile.certificate_id.in_(ids))
        .values(pdf=None, credential=None)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        delete(NameChange)
        .where(NameChange.person_id == person.id)
        .execution_options(synchronize_session=False)
    )
