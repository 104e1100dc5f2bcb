"""What anybody may learn about a number: nobody is asked who they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased, contains_eager

from lms.certificates.models import (
    Certificate,
    CertificateFile,
    RegisterEntry,
    StatusList,
    TreeHead,
)
from lms.extensions import db
from lms.lib import numbers, status_lists


@dataclass(frozen=True)
class Check:
    """The answer about one number.

    Attributes:
        state: valid, replaced, revoked, suspended, expired or unknown.
        certificate: None where there is none; ``replaced_by`` is loaded.
        entry: of its issue in the public register; None in the moment before it is written.
        signed_at: when a signed head of the register first covered that entry.
    """

    state: str
    certificate: Certificate | None = None
    entry: RegisterEntry | None = None
    signed_at: datetime | None = None

    @property
    def details(self) -> str:
        """Say what a stranger sees of what is printed: shown, hidden by the holder, or erased."""
        if self.certificate is None:
            return ""
        if self.certificate.erased_at is not None:
            return "erased"
        return "hidden" if self.certificate.are_details_hidden else "shown"


def checked(typed: str, now: datetime) -> Check:
    """Look a number up. A number that cannot be one is answered without the database.

    Every other takes the same one statement over a unique index, so time tells nothing about the numbers there are.
    """
    if numbers.fault(typed) is not None:
        return Check("unknown")
    successor = aliased(Certificate)
    first_head = (
        select(func.min(TreeHead.signed_at))
        .where(TreeHead.size > RegisterEntry.index)
        .scalar_subquery()
    )
    query = (
        select(Certificate, RegisterEntry, first_head)
        .outerjoin(successor, Certificate.replaced_by)
        .outerjoin(
            RegisterEntry,
            and_(RegisterEntry.certificate_id == Certificate.id, RegisterEntry.event == "issue"),
        )
        .options(contains_eager(Certificate.replaced_by.of_type(successor)))
        .where(Certificate.number == numbers.normalise(typed))
    )
    found = db.session.execute(query).first()
    if found is None:
        return Check("unknown")
    certificate, entry, signed_at = found
    return Check(certificate.standing_at(now), certificate, entry, signed_at)


def number_of_file(sha256: str) -> str:
    """Return the number of the certificate whose PDF has this fingerprint; "" where none has."""
    query = (
        select(Certificate.number)
        .join(CertificateFile, CertificateFile.certificate_id == Certificate.id)
        .where(CertificateFile.sha256 == sha256)
    )
    return db.session.scalar(query.limit(1)) or ""


def status_lists_of(certificate: Certificate) -> list[StatusList]:
    """Return the signed lists in which a certificate has its place."""
    query = select(StatusList).where(StatusList.number == certificate.id // status_lists.LENGTH)
    return list(db.session.scalars(query.order_by(StatusList.purpose)))


def has_credential(certificate: Certificate) -> bool:
    """Tell whether its credential was made, and is still kept."""
    query = select(CertificateFile.certificate_id).where(
        CertificateFile.certificate_id == certificate.id, CertificateFile.credential.is_not(None)
    )
    return db.session.scalar(query) is not None
