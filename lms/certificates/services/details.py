"""What a holder shows of a certificate to whoever has only its number. Nothing here commits."""

from __future__ import annotations

from sqlalchemy import update

from lms.audit import services as audit
from lms.certificates.models import Certificate
from lms.extensions import db


def hide_details(certificate: Certificate, *, are_hidden: bool) -> None:
    """Hide what is printed from the public, or show it again; pressed twice, it is done and logged once."""
    audit.begin_row()  # as whoever replaces it: the log first, then the row
    changed = db.session.scalar(
        update(Certificate)
        .where(Certificate.id == certificate.id, Certificate.are_details_hidden != are_hidden)
        .values(are_details_hidden=are_hidden)
        .returning(Certificate.id)
    )
    if changed is None:
        return
    db.session.refresh(certificate)
    audit.record(
        "hide_details" if are_hidden else "show_details",
        "certificate",
        certificate.number,
        country_code=certificate.country_code,
    )
