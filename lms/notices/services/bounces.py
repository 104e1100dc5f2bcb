"""Mail that came back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from hmac import compare_digest

from sqlalchemy import delete, update

from lms.accounts.queries import person_by_email
from lms.audit import services as audit
from lms.errors import NotFound
from lms.extensions import db, insert_once
from lms.lib.delivery_reports import Report
from lms.notices.models import Bounce, Message
from lms.notices.tokens import mark_of, message_id

_OURS = re.compile(r"<[a-z_]+\.([0-9]{1,9})\.[0-9a-f]+@[!-=?-~]*>")
LONGEST_REASON = 500  # characters


def note_bounce(address: str, *, is_permanent: bool, reason: str) -> None:
    """Count what came back. What is permanent stays so until somebody clears it."""
    now = datetime.now(UTC)
    facts = {"reason": reason[:LONGEST_REASON], "last_at": now}
    if insert_once(Bounce, address=address, is_permanent=is_permanent, count=1, **facts):
        return
    db.session.execute(
        update(Bounce)
        .where(Bounce.address == address)
        .values(is_permanent=Bounce.is_permanent | is_permanent, count=Bounce.count + 1, **facts)
    )


def note_reports(reports: Iterable[Report]) -> tuple[int, int]:
    """Note the reports about messages of ours; anybody can write a report about anything else.

    Returns:
        How many were noted, and how many were about no message that went out from here.
    """
    noted = strange = 0
    for report in reports:
        message = _message_of(report.message_id)
        if message is None:
            strange += 1
            continue
        note_bounce(message.address, is_permanent=report.is_permanent, reason=report.reason)
        noted += 1
    return noted, strange


def _message_of(sent_id: str) -> Message | None:
    """Find the message that a report is about. Its id has a mark: who got one message cannot tell that of the next."""
    found = _OURS.fullmatch(sent_id)
    message = db.session.get(Message, int(found[1])) if found else None
    if message is None or message.sent_at is None:
        return None
    return message if compare_digest(message_id(message), sent_id) else None


def forget_soft_bounce(address: str) -> None:
    """Forget what passed by itself: a message has arrived."""
    db.session.execute(
        delete(Bounce).where(Bounce.address == address, Bounce.is_permanent.is_(False))
    )


def clear_bounce(address: str) -> None:
    """Send mail to an address again; the address was mended, or its mailbox opened."""
    bounce = db.session.get(Bounce, address)
    if bounce is None:
        raise NotFound
    person = person_by_email(address)
    audit.record(
        "clear_bounce",
        "person" if person else "address",
        person.id if person else mark_of(f"address {address}")[:16],
        country_code=person.country_code if person else "",
        count=bounce.count,
        is_permanent=bounce.is_permanent,
    )
    db.session.delete(bounce)
