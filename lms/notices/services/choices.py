"""What somebody wants to be told by e-mail, and what was read on the site."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import select, update

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.errors import NotFound
from lms.extensions import db, insert_once
from lms.notices import queries
from lms.notices.models import Message, NoticeChoice
from lms.notices.rules import Topic
from lms.notices.services.writing import without_secrets


def choose(person: Person, wanted: Mapping[str, bool]) -> None:
    """Note which kinds of e-mail somebody wants; saying the same again changes nothing."""
    before = queries.choices_of(person)
    changed = {kind: is_on for kind, is_on in wanted.items() if before.get(kind) is not is_on}
    for kind, is_on in changed.items():
        _note(person, kind, is_wanted=is_on)
    if changed:
        audit.record(
            "choose_notices", "person", person.id, actor_id=person.id,
            country_code=person.country_code, before=before, after={**before, **changed},
        )  # fmt: skip


def _note(person: Person, kind: str, *, is_wanted: bool) -> None:
    now = datetime.now(UTC)
    key = {"person_id": person.id, "kind": kind}
    if not insert_once(NoticeChoice, **key, is_wanted=is_wanted, chosen_at=now):
        db.session.execute(
            update(NoticeChoice).filter_by(**key).values(is_wanted=is_wanted, chosen_at=now)
        )


def person_of_link(person_id: int) -> Person:
    """Return who stops messages by the link in one of them; nobody needs to be signed in for that."""
    person = db.session.scalar(
        select(Person).where(Person.id == person_id, Person.erased_at.is_(None))
    )
    if person is None:
        raise NotFound
    return person


def stop(person: Person, topic: Topic, *, is_wanted: bool = False) -> None:
    """Stop e-mails about a topic, or let them come again."""
    choose(person, {topic: is_wanted})


def mark_read(notice: Message) -> None:
    if notice.read_at is None:
        notice.read_at = datetime.now(UTC)


def words_of(notice: Message) -> str:
    """Return what a notice says, also while its e-mail, with a link that may not be kept, is still on its way."""
    return without_secrets(notice.body)


def mark_all_read(person: Person) -> None:
    db.session.execute(
        update(Message)
        .where(Message.person_id == person.id, Message.read_at.is_(None))
        .values(read_at=datetime.now(UTC))
    )
