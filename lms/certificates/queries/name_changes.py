"""Wishes for another name on certificates, and who decides about them."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from lms.accounts.models import Person, RoleGrant
from lms.certificates.models import Certificate, NameChange
from lms.errors import NotFound
from lms.extensions import db

ASK = "/account/name/change"


def name_lock(person: Person) -> str:
    """Return where somebody asks for another name, once a certificate prints theirs; else ""."""
    query = select(Certificate.id).where(
        Certificate.person_id == person.id,
        Certificate.is_current(),
        Certificate.erased_at.is_(None),
    )
    return ASK if db.session.scalar(query.limit(1)) is not None else ""


def printed_certificates(person: Person) -> list[Certificate]:
    """List the certificates that are issued anew with another name: those that hold, or are suspended."""
    query = select(Certificate).where(
        Certificate.person_id == person.id,
        Certificate.is_current(),
        Certificate.erased_at.is_(None),
    )
    found = db.session.scalars(query.order_by(Certificate.id))
    return [one for one in found if one.standing != "expired"]


def waiting_name_change(person: Person) -> NameChange | None:
    """Return what somebody has asked for and nobody has decided about."""
    return db.session.scalar(
        select(NameChange).where(NameChange.person_id == person.id, NameChange.decided_at.is_(None))
    )


def last_name_change(person: Person) -> NameChange | None:
    query = select(NameChange).where(NameChange.person_id == person.id)
    return db.session.scalar(query.order_by(NameChange.id.desc()).limit(1))


def name_changes_for(officer: Person) -> Select[NameChange]:
    """Select the wishes of people of the officer's countries, never the own: what waits first, the oldest before."""
    countries = officer.objects_of("officer", "country")
    query = (
        select(NameChange)
        .join(NameChange.person)
        .options(contains_eager(NameChange.person).lazyload(Person.grants))
        .where(NameChange.person_id != officer.id)
        .order_by(NameChange.decided_at.is_not(None), NameChange.decided_at.desc(), NameChange.id)
    )
    return query if "*" in countries else query.where(Person.country_code.in_(countries))


def name_change(officer: Person, change_id: int) -> NameChange:
    """Return one wish of the officer's countries, else 404."""
    found = db.session.scalar(name_changes_for(officer).where(NameChange.id == change_id))
    if found is None:
        raise NotFound
    return found


def officers_of(person: Person) -> list[Person]:
    """List who may decide about somebody's name: officers of the own country; where there are none, those of all."""
    query = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role == "officer",
            RoleGrant.is_open(),
            Person.active.is_(True),
            Person.id != person.id,
        )
        .order_by(Person.id)
    )
    of_country = query.where(
        RoleGrant.scope == "country", RoleGrant.scope_object == person.country_code
    )
    for asked in (of_country, query.where(RoleGrant.scope == "all")):
        if found := db.session.scalars(asked).unique().all():
            return list(found)
    return []
