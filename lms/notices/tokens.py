"""What nobody else can write: the link at the end of a message that stops its kind, and marks that are computed.

Nothing secret is stored: all of it follows from the secret key.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from lms.errors import NotFound
from lms.notices.models import Message
from lms.notices.rules import Topic


def stop_token(person_id: int, topic: Topic) -> str:
    """Return what names a person and a topic; nobody else can make it, and it works for good."""
    return str(_signer().dumps([person_id, topic]))


def read_stop_token(token: str) -> tuple[int, Topic]:
    """Return the person's id and the topic, else 404."""
    try:
        person_id, topic = _signer().loads(token)
        return int(person_id), Topic(topic)
    except (BadSignature, ValueError, TypeError) as error:
        raise NotFound from error


def stop_url(person_id: int, topic: Topic, language: str) -> str:
    """Return the whole address, in the language of a reader who need not be signed in."""
    base = str(current_app.config["PUBLIC_URL"]).rstrip("/")
    return f"{base}/notices/off/{stop_token(person_id, topic)}?lang={language}"


def mark_of(words: str) -> str:
    """Return 40 hexadecimal digits that belong to these words, and that nobody else can compute."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, words.encode(), hashlib.sha256).hexdigest()[:40]


def message_id(message: Message) -> str:
    """Return what names a message to mail servers, the same at every try; reports are believed for its mark."""
    host = urlsplit(current_app.config["PUBLIC_URL"]).hostname
    mark = mark_of(f"message {message.id} {int(message.created_at.timestamp())}")
    return f"<{message.kind}.{message.id}.{mark}@{host}>"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="stop notices")
