"""The register of all certificates, as an officer sees it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from lms.accounts.models import Person
from lms.accounts.rules import fold
from lms.certificates.models import Certificate
from lms.errors import NotFound
from lms.extensions import db
from lms.lib import numbers
from lms.lib.names import clean_name


def register_for(officer: Person, search: str = "") -> Select[Certificate]:
    """Select the certificates of the officer's countries, newest first.

    Args:
        officer: whose countries count.
        search: part of a number, or words of a name in either script and any spelling.
    """
    countries = officer.objects_of("officer", "country")
    query = select(Certificate).order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    if "*" not in countries:
        query = query.where(Certificate.country_code.in_(countries))
    words = clean_name(search).split()
    return query.where(_has_number("".join(words)) | _is_held_by(words)) if words else query


def _has_number(part: str) -> ColumnElement[bool]:
    number = numbers.normalise(part).replace("-", "")
    return func.replace(Certificate.number, "-", "").contains(number, autoescape=True)


def _is_held_by(words: list[str]) -> ColumnElement[bool]:
    """Look in the printed names, and in what the holder is called today."""
    printed = [Certificate.facts[name].as_string() for name in ("name_latin", "name_native")]
    is_printed = and_(
        *(or_(*(name.icontains(word, autoescape=True) for name in printed)) for word in words)
    )
    holder = select(Person.id).where(
        Person.id == Certificate.person_id,
        *(Person.folded_names.contains(fold(word) or word, autoescape=True) for word in words),
    )
    return is_printed | holder.exists()


def registered(officer: Person, number: str) -> Certificate:
    """Return one certificate of the officer's countries, else 404."""
    query = register_for(officer).where(Certificate.number == numbers.normalise(number))
    certificate = db.session.scalar(query)
    if certificate is None:
        raise NotFound
    return certificate
