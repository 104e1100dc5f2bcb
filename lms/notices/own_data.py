"""What messages say about a person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, or_, select, update

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
        for column in (Message.subject, Message.body):
            db.session.execute(
                update(Message)
                .where(column.contains(words, autoescape=True))
                .values({column: func.replace(column, words, GONE)})
                .execution_options(synchronize_session=False)
            )
