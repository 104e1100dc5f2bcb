"""Who signs a programme's certificates: in office, and handed over. Nothing here commits."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.audit import services as audit
from lms.certificates import queries
from lms.certificates.models import Signatory, Signature
from lms.cohorts.models import Programme
from lms.cohorts.services.programmes import changed, plain, save_version, touch
from lms.errors import LmsError
from lms.extensions import db, insert_once
from lms.lib import pictures


class SignatureRefused(LmsError):
    """The file cannot become a signature; the message says why."""

    status = 422


REFUSED = {
    pictures.NotAPicture: _l("This file is no PNG, JPEG or WebP picture, or it is broken."),
    pictures.TooManyPixels: _l("This picture has more than 40 million pixels. Send a smaller one."),
    pictures.TooDetailed: _l("This picture has too much detail. Scan it on plain white paper."),
    pictures.NothingWritten: _l(
        "No signature is to be seen. Sign with a dark pen, and scan again."
    ),
}


def keep_signature(content: bytes) -> str:
    """Draw a scan anew, keep it, and return its fingerprint.

    Raises:
        SignatureRefused: it is no picture, or not one of a signature.
    """
    try:
        drawn = pictures.draw_signature(content)
    except tuple(REFUSED) as error:
        raise SignatureRefused(REFUSED[type(error)]) from error
    sha256 = hashlib.sha256(drawn.png).hexdigest()
    insert_once(Signature, sha256=sha256, png=drawn.png)
    return sha256


def add_signatory(
    programme: Programme, facts: dict[str, Any], *, hands_over: bool = False
) -> Signatory:
    """Let somebody sign from a day on; ``facts`` are the columns of the model.

    Args:
        programme: whose certificates.
        facts: name, role, days of office, fingerprint of the signature.
        hands_over: whoever is in office on the first day leaves the day before.
    """
    if hands_over:
        _end_offices(programme, facts["office_from"] - timedelta(days=1))
    signatory = Signatory(programme_id=programme.id, **facts)
    db.session.add(signatory)
    db.session.flush()
    audit.record(
        "add_signatory",
        "programme",
        programme.slug,
        signatory=signatory.id,
        **plain(_without_name(facts)),
    )
    touch(programme)
    return signatory


def _end_offices(programme: Programme, last_day: date) -> None:
    for other in queries.signatories_of(programme):
        is_open = other.office_until is None or other.office_until > last_day
        if is_open and other.office_from <= last_day:
            change_signatory(
                programme, other, {"office_until": last_day}, seen_version=other.row_version
            )


def change_signatory(
    programme: Programme, signatory: Signatory, facts: dict[str, Any], *, seen_version: int
) -> None:
    """Save an edit of the version that was seen. Certificates keep what they were issued with.

    Raises:
        EditedMeanwhile: somebody saved another one since then.
    """
    difference = changed(signatory, facts)
    save_version(signatory, facts, seen_version)
    audit.record(
        "change_signatory",
        "programme",
        programme.slug,
        signatory=signatory.id,
        fields=sorted(difference["after"]),
        before=_without_name(difference["before"]),
        after=_without_name(difference["after"]),
    )
    touch(programme)


def _without_name(facts: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the log must not keep: it names nobody."""
    return {name: value for name, value in facts.items() if name != "name"}
