"""What messages say about a person."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import delete, or_, select, update

from lms.accounts.models import Person
from lms.accounts.services.personal_data import facts_of
from lms.extensions import db
from lms.notices.models import Bounce, CalendarFeed, Message, NoticeChoice

GONE = "…"


def export(person: Person) -> dict[str, Any]:
    messages = select(Message).where(_is_to(person)).order_by(Message.id)
    choices = select(NoticeChoice).where(NoticeChoice.person_id == person.id)
    return {
        "messages": [facts_of(one, "person_id") for one in db.session.scalars(messages)],
        "choices": [facts_of(one, "person_id") for one in db.session.scalars(choices)],
    }


def _is_to(person: Person) -> Any:
    return or_(Message.person_id == person.id, Message.address == person.email)


def erase(person: Person) -> None:
    """Remove the person's messages, and the name from messages to others."""
    db.session.execute(delete(Message).where(_is_to(person)))
    # What staff got to read of the person's questions
    is_question = (Message.kind == "question_asked") & Message.body.contains(
        person.name, autoescape=True
    )
    db.session.execute(delete(Message).where(is_question))
    db.session.execute(delete(Bounce).where(Bounce.address == person.email))
    for model in (NoticeChoice, CalendarFeed):
        db.session.execute(delete(model).where(model.person_id == person.id))
    db.session.execute(update(Message).where(Message.reply_to == person.email).values(reply_to=""))
    for words in {person.email, person.name_native, person.name_latin} - {""}:
        _leave_out(words)


def _leave_out(words: str) -> None:
    """Take a name or an address out of what is written to others."""
    says = or_(
        *(column.contains(words, autoescape=True) for column in (Message.subject, Message.body))
    )
    pattern = _standing_alone(words)
    for message in db.session.scalars(select(Message).where(says)):
        for part in ("subject", "body"):
            left = pattern.sub(lambda found: GONE if found[1] else found[0], getattr(message, part))
            setattr(message, part, left)


def _standing_alone(words: str) -> re.Pattern[str]:
    """Match words in the first group, and any link without it: whoever is called "in" breaks nobody's link.

    A single word and an address must be whole; a whole name may have an ending, as many languages give it one.
    """
    exact = re.escape(words)
    if "@" in words:
        exact = rf"(?<![\w.+-]){exact}(?!\w)"
    elif " " not in words:
        exact = rf"(?<!\w){exact}(?!\w)"
    return re.compile(rf"\w+://\S+|({exact})")
