"""Public bodies, and who works where."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.accounts.models import Person
from lms.audit import services as audit
from lms.cohorts import rules
from lms.cohorts.models import Affiliation, Institution, InstitutionName
from lms.errors import LmsError
from lms.extensions import db, insert_once


class NotANamedBody(LmsError):
    status = 422
    message = _l("Write a name that has letters in it.")


def add_institution(
    country_code: str | None, name: str, *, language: str = "", parent: Institution | None = None
) -> Institution:
    """Make a public body known. No country: an international one, such as UNDP."""
    institution = Institution(country_code=country_code, parent_id=parent.id if parent else None)
    institution.names = [new_name(name, language=language, is_preferred=True)]
    db.session.add(institution)
    db.session.flush()
    audit.record(
        "add_institution", "institution", institution.id, country_code=country_code or "", name=name
    )
    return institution


def new_name(name: str, **facts: object) -> InstitutionName:
    """Make one of a body's names; what it is found by is computed here and nowhere else."""
    folded = rules.fold(name)
    if not folded:
        raise NotANamedBody
    return InstitutionName(name=name, folded=folded, **facts)


def chosen_institution(
    chosen: Institution | None, typed: str, country_code: str | None
) -> Institution | None:
    """Return the body of an ``InstitutionField``: the one that was found, or a new one; None for an empty field."""
    if chosen is not None or not typed:
        return chosen
    return add_institution(country_code, typed)


def set_workplace(person: Person, institution: Institution, post: str) -> None:
    """Set where somebody works; the earlier place is kept in the log."""
    before = db.session.get(Affiliation, person.id)
    was = (before.institution_id, before.post) if before else None
    if was == (institution.id, post):
        return
    if before is None and not insert_once(
        Affiliation, person_id=person.id, institution_id=institution.id, post=post
    ):
        before = db.session.get_one(Affiliation, person.id)
    if before is not None:
        before.institution_id, before.post = institution.id, post
    audit.record(
        "set_workplace",
        "person",
        person.id,
        country_code=person.country_code,
        before=was[0] if was else None,
        after=institution.id,
    )
    db.session.flush()
    if before is not None:
        db.session.expire(before, ["institution"])
