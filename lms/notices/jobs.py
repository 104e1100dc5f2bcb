from __future__ import annotations

from datetime import UTC, datetime
from smtplib import SMTPRecipientsRefused
from urllib.parse import urlsplit

from flask import current_app
from flask_mailman import EmailMessage
from sqlalchemy import delete

from lms.extensions import db
from lms.lib.delivery_reports import is_permanent
from lms.notices import queries, services
from lms.notices.models import Message
from lms.notices.rules import LAST_WORDS, LAST_WORDS_WAIT, topic_of
from lms.notices.services.writing import without_secrets
from lms.notices.tokens import message_id, stop_url
from lms.web.languages import interface_language


class NotTakenYet(Exception):
    """A mail server put a message off, with this three-digit reply."""


def send_message(message_id: int) -> None:
    """Hand one message to the mail server. Safe to run twice: what was sent is not sent again."""
    message = db.session.get(Message, message_id)
    if message is None or message.sent_at is not None or message.not_sent:
        return  # sent before, not to be sent, or gone with the person
    bounce = queries.bounce_of(message.address)
    if bounce is not None and bounce.is_permanent:
        _leave_unsent(message, "bounced")
        return
    letter = _letter(message)
    address = message.address
    db.session.rollback()  # nothing is changed yet, and a slow mail server must not keep others from writing
    try:
        _deliver(letter)
    except SMTPRecipientsRefused as refusal:
        _note_refusal(message_id, address, refusal)
        return
    _note_sent(message)
    if bounce is not None:
        services.forget_soft_bounce(address)


def _deliver(letter: EmailMessage) -> None:
    """Send, and hang up also after a refusal: the library would keep the line open."""
    connection = letter.get_connection()  # sends, too: it is kept with the letter
    try:
        letter.send()
    finally:
        connection.close()


def _note_sent(message: Message) -> None:
    if message.kind in LAST_WORDS:
        db.session.delete(message)
        return
    message.sent_at = datetime.now(UTC)
    message.body = without_secrets(message.body)


def _leave_unsent(message: Message, why: str) -> None:
    if message.kind in LAST_WORDS:
        db.session.delete(message)
        return
    message.not_sent = why
    message.body = without_secrets(message.body)


def _note_refusal(message_id: int, address: str, refusal: SMTPRecipientsRefused) -> None:
    """Count a refusal. One that is for good ends the sending, any other one is tried again later."""
    code, said = next(iter(refusal.recipients.values()), (0, b""))
    reason = said.decode("utf-8", "replace")
    is_final = is_permanent(code, reason)
    message = db.session.get_one(Message, message_id)
    if message.kind not in LAST_WORDS:
        services.note_bounce(address, is_permanent=is_final, reason=f"{code} {reason}")
    if is_final:
        _leave_unsent(message, "refused")
        return
    db.session.commit()  # the count stays, though this try has failed
    raise NotTakenYet(
        code
    )  # the refusal itself names the address, and would stand in the log with it


def _letter(message: Message) -> EmailMessage:
    return EmailMessage(
        subject=message.subject,
        body=message.body,
        to=[message.address],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers=_headers(message),
    )


def _headers(message: Message) -> dict[str, str]:
    """Return what mail programs go by: shown once, answered by no machine, stopped by one click (RFC 8058)."""
    headers = {
        # The same at every try: a mailbox shows a message once, also when its delivery was in doubt.
        "Message-ID": message_id(message),
        "Auto-Submitted": "auto-generated",
        "Content-Language": interface_language(message.language),
    }
    topic = topic_of(message.kind)
    if topic is None or message.person_id is None:
        return headers
    host = urlsplit(current_app.config["PUBLIC_URL"]).hostname
    return headers | {
        "List-Id": f"Serai {topic} <{topic}.{host}>",
        "List-Unsubscribe": f"<{stop_url(message.person_id, topic, message.language)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "bulk",
    }


def forget_last_words() -> None:
    """Delete what could not be sent to people who are erased: it is all that still says who they were."""
    is_late = Message.created_at < datetime.now(UTC) - LAST_WORDS_WAIT
    db.session.execute(delete(Message).where(Message.kind.in_(LAST_WORDS), is_late))


def begin_digests() -> None:
    services.begin_digests()


def write_digests(person_ids: list[int], frequency: str) -> None:
    services.write_digests(person_ids, frequency)
