from __future__ import annotations

from sqlalchemy import Select, func, or_, select

from lms.accounts.models import Person
from lms.accounts.rules import normal_email
from lms.errors import NotFound
from lms.extensions import db


def person_by_email(address: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.email == normal_email(address)))


def person_of(viewer: Person, person_id: int) -> Person:
    """Return somebody's account for an administrator."""
    person = db.session.get(Person, person_id)
    if person is None or "administrator" not in viewer.role_names:
        raise NotFound
    return person


def list_people(search: str = "", role: str = "", country: str = "") -> Select[tuple[Person]]:
    """Select people for administration, filtered by part of a name or address, role and country."""
    query = select(Person).order_by(Person.family_name_latin, Person.given_name_latin, Person.id)
    if search:
        columns = (
            Person.email, Person.given_name, Person.family_name, Person.given_name_latin, Person.family_name_latin,
        )  # fmt: skip
        part = f"%{_escaped(search)}%"
        folded = f"%{_escaped(search.lower())}%"
        query = query.where(
            or_(
                *(column.like(part, escape="\\") for column in columns),
                *(func.lower(column).like(folded, escape="\\") for column in columns),
            )
        )
    if role:
        query = query.where(Person.grants.any(role=role))
    if country:
        query = query.where(Person.country_code == country)
    return query


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
