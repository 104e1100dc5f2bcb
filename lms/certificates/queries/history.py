"""What has happened to one certificate, with who and when, for its officers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from lms.accounts.models import Person
from lms.audit.models import AuditEvent
from lms.certificates.models import Certificate, CertificateFile, RegisterEntry
from lms.extensions import db
from lms.notices.models import Message


@dataclass(frozen=True)
class Event:
    """One line of the history."""

    name: str  # issue, draw, mail, suspend, lift, revoke, replace
    at: datetime
    by: str = ""  # a name; "" where nobody did it by hand
    agreed: str = ""  # the second person's, where it took two
    reason: str = ""  # for the register, or what the log says of it
    entry: int | None = None  # in the public register
    number: str = ""  # of the certificate that took its place


def history_of(certificate: Certificate) -> list[Event]:
    """List what happened to a certificate that the caller may see, the first before the others."""
    events = [*_decided(certificate), *_done_by_jobs(certificate)]
    return sorted(events, key=lambda event: event.at)


def _decided(certificate: Certificate) -> Iterator[Event]:
    """Read the log, and beside each row its entry in the register: both were written in one transaction."""
    rows = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.object_type == "certificate", AuditEvent.object_id == certificate.number)
        .order_by(AuditEvent.id)
    ).all()
    entries: dict[str, list[RegisterEntry]] = defaultdict(list)
    for entry in db.session.scalars(
        select(RegisterEntry)
        .where(RegisterEntry.certificate_id == certificate.id)
        .order_by(RegisterEntry.index.desc())
    ):
        entries[entry.event].append(entry)
    one = {"issue": certificate.issued_by_id, "revoke": certificate.revoked_by_id}
    names = _names({row.actor_id for row in rows} | set(one.values()))
    for row in rows:
        name = row.action.removesuffix("_certificate")
        yield Event(
            name,
            row.at,
            by=names.get(one.get(name, row.actor_id), ""),
            agreed=names.get(row.actor_id, "") if name == "revoke" else "",
            reason=row.reason,
            entry=entries[name].pop().index if entries[name] else None,
            number=row.details.get("number", ""),
        )


def _names(ids: set[int | None]) -> dict[int | None, str]:
    query = select(Person).where(Person.id.in_(ids - {None})).options(lazyload(Person.grants))
    return {person.id: person.name for person in db.session.scalars(query)}


def _done_by_jobs(certificate: Certificate) -> Iterator[Event]:
    file = db.session.get(CertificateFile, certificate.id)
    if file is not None:
        yield Event("draw", file.drawn_at, reason=file.sha256)
    sent = select(Message.sent_at).where(
        Message.person_id == certificate.person_id,
        Message.kind == "certificate_issued",
        Message.sent_at.is_not(None),
        Message.body.contains(certificate.number, autoescape=True),
    )
    for sent_at in db.session.scalars(sent):
        if sent_at is not None:
            yield Event("mail", sent_at)
