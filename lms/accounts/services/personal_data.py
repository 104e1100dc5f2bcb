"""Everything that is kept about one person: to take along, or to be erased.

Each package knows its own tables, so each contributes its part; ``wiring`` lists them.
"""

from __future__ import annotations

import json
import secrets
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from sqlalchemy import inspect, select

from lms.accounts.models import Person
from lms.accounts.services.people import AlreadyErased, set_active
from lms.accounts.services.roles import keep_an_administrator
from lms.audit import services as audit
from lms.extensions import Base, db

ERASED_HOST = "erased.invalid"  # RFC 2606: no mail ever goes there


def no_files(_person: Person) -> Iterable[tuple[str, bytes]]:
    """Return the files of a part that has none."""
    return ()


@dataclass(frozen=True)
class Contributor:
    """One package's part of what is kept about a person.

    ``export`` returns plain values, ``files`` pairs of name and content; ``erase`` removes whatever says who
    it was and leaves what statistics count.
    """

    name: str
    export: Callable[[Person], Any]
    erase: Callable[[Person], None]
    files: Callable[[Person], Iterable[tuple[str, bytes]]] = no_files


CONTRIBUTORS: list[Contributor] = []
"""The highest package first: it may still ask those below who it was. Filled by ``wiring``."""


def facts_of(row: Base, *left_out: str) -> dict[str, Any]:
    """Return the columns of a row, by name, but for those that are left out."""
    names = [column.key for column in inspect(type(row)).column_attrs]
    return {name: getattr(row, name) for name in names if name not in left_out}


def archive_of(person: Person) -> bytes:
    """Return everything about a person as a ZIP: ``data.json`` and the files, each in its part's folder."""
    parts = {one.name: one.export(person) for one in CONTRIBUTORS}
    body = {"made_at": datetime.now(UTC), "person": person.id, **parts}
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "data.json", json.dumps(body, ensure_ascii=False, indent=2, default=_plain)
        )
        for one in CONTRIBUTORS:
            for name, content in one.files(person):
                archive.writestr(f"{one.name}/{name}", content)
    audit.record("export_own_data", "person", person.id, country_code=person.country_code)
    return packed.getvalue()


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def close_account(person: Person) -> None:
    """Close the own account: nobody signs in with it, and nothing is lost. An administrator can open it again."""
    set_active(person, is_active=False, reason="")


def merged_into(person: Person) -> list[Person]:
    """List the accounts that were closed because this one is the same person's."""
    query = select(Person).where(Person.merged_into_id == person.id, Person.erased_at.is_(None))
    return list(db.session.scalars(query).unique())


def erase(person: Person, reason: str = "") -> None:
    """Remove everything that says who somebody was.

    What stays is a number: it keeps counts whole, and certificates provable from what their holders have.

    Raises:
        AlreadyErased: there is nothing left.
        LastAdministrator: somebody must be able to open this site.
    """
    if person.erased_at is not None:
        raise AlreadyErased
    keep_an_administrator(person)
    for other in merged_into(person):
        erase(other, reason)  # an account that was closed when two became one says who it was, too
    for one in CONTRIBUTORS:
        one.erase(person)
    person.email = f"erased-{person.id}@{ERASED_HOST}"
    person.given_name = person.family_name = ""
    person.given_name_latin = person.family_name_latin = ""
    person.password, person.name_confirmed_at, person.active = None, None, False
    person.fs_uniquifier = secrets.token_hex(16)
    person.erased_at = datetime.now(UTC)
    db.session.flush()
    audit.record(
        "erase_person", "person", person.id, country_code=person.country_code, reason=reason
    )
