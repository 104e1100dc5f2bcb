"""A person's notices and choices, and the addresses that mail comes back from."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import lazyload

from lms.accounts.models import Person
from lms.errors import NotFound
from lms.extensions import db
from lms.notices.models import Bounce, Message, NoticeChoice
from lms.notices.rules import Topic

# Built once: every page with the menu asks for it.
UNREAD = select(func.count()).where(
    Message.person_id == bindparam("person_id"), Message.read_at.is_(None)
)


def unread_count(person: Person) -> int:
    return db.session.scalar(UNREAD, {"person_id": person.id}) or 0


def list_notices(person: Person) -> Select[Message]:
    """Select what somebody was told, the newest first."""
    return select(Message).where(Message.person_id == person.id).order_by(Message.id.desc())


def notice_of(person: Person, notice_id: int) -> Message:
    """Return one of the own notices, else 404."""
    query = select(Message).where(Message.id == notice_id, Message.person_id == person.id)
    notice = db.session.scalar(query)
    if notice is None:
        raise NotFound
    return notice


def choices_of(person: Person) -> dict[str, bool]:
    """Return what somebody has said about kinds of e-mail; what is missing was never chosen."""
    rows = db.session.execute(
        select(NoticeChoice.kind, NoticeChoice.is_wanted).where(NoticeChoice.person_id == person.id)
    )
    return dict(rows.all())


def is_wanted(person: Person, topic: Topic) -> bool:
    query = select(NoticeChoice.is_wanted).where(
        NoticeChoice.person_id == person.id, NoticeChoice.kind == topic
    )
    return db.session.scalar(query) is not False


def bounce_of(address: str) -> Bounce | None:
    """Return what came back from an address, if anything did."""
    return db.session.get(Bounce, address)


def is_closed(address: str) -> bool:
    """Tell whether an address takes no mail for good, so that none is sent there."""
    query = select(Bounce.is_permanent).where(Bounce.address == address)
    return db.session.scalar(query) is True


def bounces() -> Select[Bounce]:
    """Select what came back, the newest first; for administrators."""
    return select(Bounce).order_by(Bounce.last_at.desc(), Bounce.address)


def owners_of(addresses: Iterable[str]) -> dict[str, Person]:
    """Return whose addresses these are, where somebody has an account with it."""
    query = select(Person).options(lazyload(Person.grants)).where(Person.email.in_(list(addresses)))
    return {person.email: person for person in db.session.scalars(query)}


def refusing(person_ids: Iterable[int], topic: Topic) -> set[int]:
    """Return which of these people want no e-mail about a topic; one statement, however many they are."""
    rows = db.session.scalars(
        select(NoticeChoice.person_id).where(
            NoticeChoice.person_id.in_(list(person_ids)),
            NoticeChoice.kind == topic,
            NoticeChoice.is_wanted.is_(False),
        )
    )
    return set(rows)


def unreachable(person_ids: Iterable[int]) -> set[int]:
    """Return which of these people have an address that takes no mail; one statement, however many they are."""
    rows = db.session.scalars(
        select(Person.id)
        .join(Bounce, Bounce.address == Person.email)
        .where(Person.id.in_(list(person_ids)), Bounce.is_permanent)
    )
    return set(rows)
