"""Public bodies: found by any of their names, in their tree."""

from __future__ import annotations

from functools import cache

from babel import Locale
from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import joinedload

from lms.accounts.models import Person
from lms.cohorts.models import Affiliation, Country, Institution, InstitutionName
from lms.cohorts.rules import bodies, fold
from lms.config import LANGUAGES
from lms.errors import NotFound
from lms.extensions import db

MOST_CANDIDATES = 300  # names that are looked at for one search
MOST_FOUND = 20
DEEPEST = 8  # steps from a unit up to its body; more would be a circle


def find_institutions(
    text: str, *, country: str = "", limit: int = MOST_FOUND
) -> list[Institution]:
    """Find public bodies by any of their names, in any spelling of letters and spaces; the best first.

    What is typed may be part of a name, its words in another order, or a whole name with something around it.
    Among equals those of ``country`` come first. A body that was merged into another is never returned.
    """
    return _bodies([one.institution_id for one in _ranked(text, country)[:limit]])


def meant_institutions(text: str, *, country: str = "") -> list[Institution]:
    """Return the one body that is meant, or those among which somebody must choose; none where none fits."""
    found = bodies.meant(_ranked(text, country))
    return _bodies([one.institution_id for one in found[:MOST_FOUND]])


def _ranked(text: str, country: str) -> list[bodies.Found]:
    typed = fold(text)
    if not typed:
        return []
    query = (
        select(Institution.id, Institution.country_code, InstitutionName.folded)
        .join(Institution, Institution.id == InstitutionName.institution_id)
        .where(Institution.merged_into_id.is_(None), _may_fit(typed, bodies.words_of(text)))
        .order_by(func.length(InstitutionName.folded), Institution.id)
        .limit(MOST_CANDIDATES)
    )
    names = [bodies.Named(id_, code or "", name) for id_, code, name in db.session.execute(query)]
    return bodies.ranked(text, names, mentioned=_mentioned(typed), country=country)


def _may_fit(typed: str, words: list[str]) -> ColumnElement[bool]:
    is_part = InstitutionName.folded.contains(typed, autoescape=True)
    is_whole = and_(
        func.length(InstitutionName.folded) >= bodies.SHORTEST_NAME_IN_TEXT,
        literal(typed).contains(InstitutionName.folded),
    )
    has_words = and_(*(InstitutionName.folded.contains(word, autoescape=True) for word in words))
    return or_(is_part, is_whole, has_words)


def _mentioned(typed: str) -> set[str]:
    """Return the countries that a text names, in whichever of the site's languages."""
    codes = db.session.scalars(select(Country.code))
    return {code for code in codes if any(name in typed for name in _country_names(code))}


@cache
def _country_names(code: str) -> tuple[str, ...]:
    names = {Locale.parse(language).territories.get(code, "") for language in LANGUAGES}
    return tuple(folded for name in names if (folded := fold(name)))


def _bodies(ids: list[int]) -> list[Institution]:
    """Load bodies in this order, with their parents: a unit's name alone tells too little."""
    query = (
        select(Institution).options(joinedload(Institution.parent)).where(Institution.id.in_(ids))
    )
    by_id = {one.id: one for one in db.session.scalars(query).unique()}
    return [by_id[id_] for id_ in ids if id_ in by_id]


def institution_of(institution_id: int) -> Institution:
    """Return a body that anybody may look up; the one that it was merged into, if it was."""
    found = db.session.get(Institution, institution_id)
    for _step in range(DEEPEST):
        if found is None or found.merged_into_id is None:
            break
        found = db.session.get(Institution, found.merged_into_id)
    if found is None:
        raise NotFound
    return found


def body_ids() -> dict[int, int]:
    """Map every institution to the body that reports count: merged ones to their survivor, units to their top."""
    rows = db.session.execute(
        select(Institution.id, Institution.parent_id, Institution.merged_into_id)
    ).all()
    above = {id_: merged_id or parent_id for id_, parent_id, merged_id in rows}
    return {id_: _top(id_, above) for id_ in above}


def survivor_ids() -> dict[int, int]:
    """Map every institution to the one it turned out to be; units stay apart from their ministry."""
    rows = db.session.execute(select(Institution.id, Institution.merged_into_id)).all()
    above = dict(rows)
    return {id_: _top(id_, above) for id_ in above}


def _top(id_: int, above: dict[int, int | None]) -> int:
    for _step in range(DEEPEST):
        upper = above.get(id_)
        if upper is None:
            break
        id_ = upper
    return id_


def body_of(institution: Institution) -> Institution:
    """Return the whole body that an institution is, or is a unit of."""
    for _step in range(DEEPEST):
        upper_id = institution.merged_into_id or institution.parent_id
        if upper_id is None:
            break
        institution = db.session.get_one(Institution, upper_id)
    return institution


def affiliation_of(person: Person) -> Affiliation | None:
    return db.session.get(Affiliation, person.id)
