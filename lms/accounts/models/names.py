from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, delete, event, insert, inspect
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.accounts.models.people import Person
from lms.config import LANGUAGES
from lms.extensions import Model
from lms.lib.collation import LONGEST_KEY, script_of, scripts_of, sort_key
from lms.lib.names import display_name
from lms.lib.sounds import LONGEST_SOUND, sound_keys

NAMES = ("given_name", "family_name", "given_name_latin", "family_name_latin", "email")


class NameKey(Model):
    """Where a person stands in a list that is sorted by one language's alphabet."""

    __tablename__ = "name_keys"
    __table_args__ = (Index("ix_name_keys_language_key", "language", "key"),)

    person_id: Mapped[int] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))  # digits, see lib.collation


class NameSound(Model):
    """What a word of somebody's names sounds like: see ``lib.sounds``."""

    __tablename__ = "name_sounds"

    person_id: Mapped[int] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True
    )
    sound: Mapped[str] = mapped_column(String(LONGEST_SOUND), primary_key=True, index=True)


def shown_parts(person: Person, language: str) -> tuple[str, str]:
    """Return surname and given name in the script that whoever reads ``language`` reads.

    The own script where it is theirs too, else the Latin letters of the passport, else what there is.
    """
    native = (person.family_name or "", person.given_name or "")
    latin = (person.family_name_latin or "", person.given_name_latin or "")
    is_read = script_of("".join(native)) in scripts_of(language)
    return native if any(native) and (is_read or not any(latin)) else latin


def shown_name(person: Person, language: str) -> str:
    """Return the name to show to whoever reads ``language``, its parts in the order of the person's country."""
    family, given = shown_parts(person, language)
    family_first = bool(person.is_family_name_first)
    return display_name(given, family, family_first=family_first) or person.email


def name_keys(person: Person) -> list[dict[str, object]]:
    """Return the rows of ``name_keys`` of a person, one for each language of the site."""
    rows: list[dict[str, object]] = []
    for language in LANGUAGES:
        family, given = shown_parts(person, language)
        parts = (family or given, given if family else "") if family or given else (person.email,)
        rows.append(
            {"person_id": person.id, "language": language, "key": sort_key(parts, language)}
        )
    return rows


def name_sounds(person: Person) -> list[dict[str, object]]:
    """Return the rows of ``name_sounds`` of a person: the names in both scripts."""
    names = (
        person.given_name, person.family_name, person.given_name_latin, person.family_name_latin,
    )  # fmt: skip
    return [
        {"person_id": person.id, "sound": sound}
        for sound in sorted(sound_keys(" ".join(name for name in names if name)))
    ]


@event.listens_for(Session, "after_flush")
def keep_keys(session: Session, _context: object) -> None:
    """Write the keys of all who are new or have changed a name, with one statement for each table."""
    made = [one for one in session.new if isinstance(one, Person)]
    changed = [one for one in session.dirty if isinstance(one, Person) and _has_other_names(one)]
    people = [*made, *changed]
    if not people:
        return
    connection = session.connection()
    if changed:
        ids = [person.id for person in changed]
        connection.execute(delete(NameKey).where(NameKey.person_id.in_(ids)))
        connection.execute(delete(NameSound).where(NameSound.person_id.in_(ids)))
    if keys := [row for person in people for row in name_keys(person)]:
        connection.execute(insert(NameKey), keys)
    if sounds := [row for person in people for row in name_sounds(person)]:
        connection.execute(insert(NameSound), sounds)


def _has_other_names(person: Person) -> bool:
    attributes = inspect(person).attrs
    return any(attributes[name].history.has_changes() for name in NAMES)
