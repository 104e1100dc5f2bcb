"""Writing a message in its reader's language, and leaving the sending to a job."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from jinja2 import Template

from lms.accounts.models import Person
from lms.extensions import db
from lms.jobs.services import enqueue
from lms.notices.models import Message
from lms.web.languages import interface_language

LONGEST_SUBJECT = 300  # characters


def subject_of(template: Template, values: dict[str, Any]) -> str:
    """Return what a message's template has as its subject, in one line: a line break would be a header of its own."""
    written = "".join(template.blocks["subject"](template.new_context(values)))
    return " ".join(written.split())[:LONGEST_SUBJECT]


def send(person: Person, kind: str, **values: Any) -> None:
    write(person.email, person.language, kind, person=person, name=person.name, **values)


def write(
    address: str, language: str, kind: str, *, person: Person | None = None, **values: Any
) -> None:
    """Write a message in the language that its reader knows best, and note that it is to be sent.

    The template is rendered without what pages get from a request: mostly a job writes.
    """
    with force_locale(interface_language(language)):
        template = current_app.jinja_env.get_template(f"notices/{kind}.txt")
        message = Message(
            person_id=person.id if person else None,
            address=address,
            kind=kind,
            language=language,
            subject=subject_of(template, values),
            body=template.render(**values),
            created_at=datetime.now(UTC),
        )
    db.session.add(message)
    db.session.flush()
    enqueue("send_message", message_id=message.id)


def page_url(path: str, reader: Person | None = None) -> str:
    """Return the whole address of a page, in the language of a reader who is not signed in yet."""
    base = str(current_app.config["PUBLIC_URL"]).rstrip("/")
    return base + path + (f"?lang={reader.language}" if reader else "")
