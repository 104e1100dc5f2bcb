from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import current_app
from flask_mailman import EmailMessage

from lms.extensions import db
from lms.notices.models import Message

SECRETS = re.compile(r"/(sign-in/link|invite)/\S+")


def send_message(message_id: int) -> None:
    """Hand one message to the mail server. Safe to run twice: what was sent is not sent again."""
    message = db.session.get(Message, message_id)
    if message is None or message.sent_at is not None:
        return  # sent before, or gone with the person
    letter = EmailMessage(
        subject=message.subject,
        body=message.body,
        to=[message.address],
        headers={"Message-ID": _message_id(message), "Auto-Submitted": "auto-generated"},
    )
    db.session.rollback()  # nothing is changed yet, and a slow mail server must not keep others from writing
    letter.send()
    message.sent_at = datetime.now(UTC)
    message.body = SECRETS.sub(r"/\1/…", message.body)  # a link that opens an account is not kept


def _message_id(message: Message) -> str:
    """The same at every try: a mailbox shows a message once, also when its delivery was in doubt."""
    host = urlsplit(current_app.config["PUBLIC_URL"]).hostname
    sent_on = int(message.created_at.timestamp())
    return f"<{message.kind}.{message.id}.{sent_on}@{host}>"
