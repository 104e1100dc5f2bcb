"""What the site publishes of its credentials: lists, pictures, badges."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import undefer

from lms.accounts.models import Person
from lms.certificates.models import BadgeImage, Certificate, CertificateFile, StatusList
from lms.errors import NotFound
from lms.extensions import db
from lms.lib import numbers


def status_list(purpose: str, number: int) -> StatusList:
    """Return a signed list, else 404."""
    query = select(StatusList).filter_by(purpose=purpose, number=number)
    found = db.session.scalar(query.options(undefer(StatusList.credential)))
    if found is None:
        raise NotFound
    return found


def badge_picture(key: str) -> BadgeImage:
    """Return the picture of an achievement, else 404."""
    query = select(BadgeImage).where(BadgeImage.key == key)
    found = db.session.scalar(query.options(undefer(BadgeImage.svg), undefer(BadgeImage.png)))
    if found is None:
        raise NotFound
    return found


def badge_of(person: Person, number: str) -> tuple[Certificate, str]:
    """Return a certificate and its credential: to anybody, or where its details are hidden, to the holder alone.

    Else 404, also where the credential is not made yet or the holder was erased.
    """
    query = (
        select(Certificate, CertificateFile.credential)
        .join(CertificateFile, CertificateFile.certificate_id == Certificate.id)
        .where(
            Certificate.number == numbers.normalise(number),
            Certificate.erased_at.is_(None),
            CertificateFile.credential.is_not(None),
        )
    )
    found = db.session.execute(query).first()
    if found is None:
        raise NotFound
    certificate, credential = found
    if certificate.are_details_hidden and not _holds(person, certificate):
        raise NotFound
    return certificate, str(credential)


def _holds(person: Person, certificate: Certificate) -> bool:
    return person.is_authenticated and person.id == certificate.person_id
