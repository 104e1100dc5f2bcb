"""Writing a message in its reader's language, and leaving the sending to a job."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from jinja2 import Template

from lms.accounts.models import Person
from lms.extensions import db
from lms.jobs.services import enqueue
from lms.notices import queries
from lms.notices.models import Message
from lms.notices.rules import OPENS_AN_ACCOUNT, Topic, topic_of
from lms.notices.tokens import stop_url
from lms.web.languages import interface_language

LONGEST_SUBJECT = 300  # characters
SECRETS = re.compile(r"/(sign-in/link|invite|nominations|join|notices/off)/\S+")


def subject_of(template: Template, values: dict[str, Any]) -> str:
    """Return what a message's template has as its subject, in one line: a line break would be a header of its own."""
    written = "".join(template.blocks["subject"](template.new_context(values)))
    return " ".join(written.split())[:LONGEST_SUBJECT]


def send(person: Person, kind: str, **values: Any) -> None:
    write(person.email, person.language, kind, person=person, name=person.name, **values)


def write(
    address: str,
    language: str,
    kind: str,
    *,
    person: Person | None = None,
    reply_to: str = "",
    **values: Any,
) -> None:
    """Write a message in the language that its reader knows best, and note that it is to be sent.

    Whoever wants no e-mail of this kind, or gets none, still reads it on the site.
    """
    now = datetime.now(UTC)
    topic = topic_of(kind)
    subject, body = render(kind, language, stop_url=_stop_url(person, topic), **values)
    message = Message(
        person_id=person.id if person else None,
        address=address,
        kind=kind,
        language=language,
        subject=subject,
        body=body,
        reply_to=reply_to,
        page_path=path_of(values.get("url", "")),
        created_at=now,
        read_at=now if kind in OPENS_AN_ACCOUNT else None,
        not_sent=_why_not(address, person, topic),
    )
    if message.not_sent:
        message.body = without_secrets(body)
    db.session.add(message)
    db.session.flush()
    if not message.not_sent:
        enqueue("send_message", message_id=message.id)


def render(kind: str, language: str, *, stop_url: str = "", **values: Any) -> tuple[str, str]:
    """Return subject and body as they are sent.

    The template is rendered without what pages get from a request: mostly a job writes.
    """
    with force_locale(interface_language(language)):
        template = current_app.jinja_env.get_template(f"notices/{kind}.txt")
        return subject_of(template, values), template.render(stop_url=stop_url, **values)


def _stop_url(person: Person | None, topic: Topic | None) -> str:
    if person is None or topic is None:
        return ""
    return stop_url(person.id, topic, person.language)


def _why_not(address: str, person: Person | None, topic: Topic | None) -> str:
    """Say why no e-mail goes out; empty where one does."""
    if queries.is_closed(address):
        return "bounced"
    if person is None or topic is None:
        return ""
    if not person.active:
        return "suspended"
    return "" if queries.is_wanted(person, topic) else "unwanted"


def path_of(url: str) -> str:
    """Return the path of a page of ours that the list of notices may lead to; none for a link that opens an account."""
    base = str(current_app.config["PUBLIC_URL"]).rstrip("/")
    is_plain = url.startswith(base + "/") and without_secrets(url) == url
    return url.removeprefix(base)[:300] if is_plain else ""


def without_secrets(text: str) -> str:
    """Leave out what must not be kept: a link that opens an account, or acts for somebody."""
    return SECRETS.sub(r"/\1/…", text)


def page_url(path: str, reader: Person | None = None) -> str:
    """Return the whole address of a page, in the language of a reader who is not signed in yet."""
    base = str(current_app.config["PUBLIC_URL"]).rstrip("/")
    return base + path + (f"?lang={reader.language}" if reader else "")
