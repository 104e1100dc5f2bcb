"""What lists and searches compare, kept beside the names."""

from __future__ import annotations

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import lazyload

from lms.accounts.models import NameKey, NameSound, Person, name_keys, name_sounds
from lms.config import LANGUAGES
from lms.extensions import db

BATCH = 500  # people


def rekey_people(*, only_missing: bool = False) -> int:
    """Compute anew how everybody is sorted and found, or of those who lack some; return how many people."""
    query = select(Person).options(lazyload(Person.grants)).order_by(Person.id)
    if only_missing:
        has_all = (
            select(NameKey.person_id)
            .where(NameKey.language.in_(LANGUAGES))
            .group_by(NameKey.person_id)
            .having(func.count() == len(LANGUAGES))
        )
        query = query.where(Person.id.not_in(has_all))
    people = db.session.scalars(query).all()
    for start in range(0, len(people), BATCH):
        batch = people[start : start + BATCH]
        ids = [person.id for person in batch]
        for table in (NameKey, NameSound):
            db.session.execute(delete(table).where(table.person_id.in_(ids)))
        db.session.execute(insert(NameKey), [row for one in batch for row in name_keys(one)])
        if sounds := [row for one in batch for row in name_sounds(one)]:
            db.session.execute(insert(NameSound), sounds)
    return len(people)
