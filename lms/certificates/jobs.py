from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import structlog
from flask import current_app

from lms.audit import services as audit
from lms.certificates import badges, document, keys, queries, services
from lms.certificates.models import BadgeImage, Certificate, CertificateFile
from lms.certificates.services import late_entries, register, status_lists
from lms.extensions import db, insert_once
from lms.jobs.recurring import first_time
from lms.jobs.services import enqueue
from lms.notices import services as notices

log = structlog.get_logger()


def draw_certificate(certificate_id: int) -> None:
    """Make an issued certificate's documents and keep their bytes. Safe to run twice: nothing is made anew.

    What they take is read in one transaction, and what was made is kept in another: while they are drawn, and perhaps
    a time stamp is waited for, nobody else's writing waits.
    """
    certificate = db.session.get_one(Certificate, certificate_id)
    if queries.file_of(certificate) is not None or certificate.erased_at is not None:
        return
    if certificate.salt is None:
        late_entries.append_missing()  # it is from before there was a register
    draft, achievement = document.draft_of(certificate), badges.achievement_of(certificate)
    has_picture = achievement.is_drawn
    db.session.commit()

    pdf = document.made(draft)
    picture = None if has_picture else badges.drawn(achievement)

    # Who erases the holder waits from here on, and then finds the documents.
    db.session.refresh(certificate, with_for_update={"key_share": True})
    if certificate.erased_at is not None:
        return
    if keys.current("document").id != draft.key.id:  # perhaps because others have that one by now
        draw_certificate(certificate_id)
        return
    insert_once(
        CertificateFile,
        certificate_id=certificate_id,
        sha256=hashlib.sha256(pdf).hexdigest(),
        size_bytes=len(pdf),
        drawn_at=datetime.now(UTC),
        pdf=pdf,
        credential=draft.credential,
    )
    if picture is not None:
        insert_once(BadgeImage, **picture)


def sign_head() -> None:
    """Sign the register as it is; nothing is signed twice."""
    audit.begin_row()  # who appends holds this lock: whatever trusted this job to come is in
    register.sign_head(keys.current("credential"))


def sign_status_lists() -> None:
    """Sign anew which certificates are revoked or suspended: each day, and whenever that changes."""
    status_lists.sign_lists(keys.current("credential"))


def make_keys() -> None:
    """Make the keys that are missing, at a worker's start. In production a person does it, and is told how."""
    for purpose in keys.PURPOSES[1:]:
        try:
            keys.current(purpose)
        except (keys.KeyMissing, keys.KeyUnreadable) as error:
            log.warning("no_signing_key", purpose=purpose, message=str(error.message))
    db.session.commit()


def issue_row(row_id: int) -> None:
    services.issue_row(row_id)


def tell_batch(batch_id: int) -> None:
    services.tell_batch(batch_id)


def tell_witnesses() -> None:
    """Send the newest head to those who keep heads, each head once."""
    audit.begin_row()
    head = register.sign_head(keys.current("credential"))
    witnesses = current_app.config["REGISTER_WITNESSES"]
    if head is None or not witnesses or not first_time("witnessed_head", str(head.size)):
        return
    for address in witnesses:
        notices.send_register_head(
            address, language="en", size=head.size, checkpoint=head.checkpoint
        )


def append_missing() -> None:
    """Enter certificates that are from before there was a register, some at a time."""
    if late_entries.append_missing():
        enqueue("append_missing")
