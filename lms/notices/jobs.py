from __future__ import annotations

from datetime import UTC, datetime

from flask_mailman import EmailMessage

from lms.extensions import db
from lms.notices.models import Message


def send_message(message_id: int) -> None:
    """Hand one message to the mail server. Safe to run twice: what was sent is not sent again."""
    message = db.session.get_one(Message, message_id)
    if message.sent_at is not None:
        return
    EmailMessage(subject=message.subject, body=message.body, to=[message.address]).send()
    message.sent_at = datetime.now(UTC)
