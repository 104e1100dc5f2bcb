"""Public bodies: found by any of their names, in their tree."""

from __future__ import annotations

from functools import cache

from babel import Locale
from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import joinedload

from lms.accounts.models import Person
from lms.cohorts.models import Affiliation, Country, Institution, InstitutionName
from lms.cohorts.rules import bodies, fold, may_add_bodies
from lms.config import LANGUAGES
from lms.errors import NotFound
from lms.extensions import db

MOST_CANDIDATES = 300  # names that are looked at for one search
MOST_FOUND = 20
BODY_ID = func.coalesce(Institution.merged_into_id, Institution.id)
"""Of entries that turned out to be one body, the one that is left: what lists and counts go by."""
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


def affiliation_of(person: Person) -> Affiliation | None:
    return db.session.get(Affiliation, person.id)


def ids_above(institution: Institution) -> set[int]:
    """Return the body's own id and those of all it belongs to."""
    ids: set[int] = set()
    upper: int | None = institution.id
    while upper is not None and upper not in ids:
        ids.add(upper)
        upper = db.session.scalar(select(Institution.parent_id).where(Institution.id == upper))
    return ids


def managed_institution(person: Person, institution_id: int) -> Institution:
    """Return a body that somebody may rename and merge, else 404; never one that was merged into another."""
    found = db.session.get(Institution, institution_id)
    if found is None or found.merged_into_id is not None or not may_manage(person, found):
        raise NotFound
    return found


def may_manage(person: Person, institution: Institution) -> bool:
    countries = person.objects_of("coordinator", "country")
    return may_add_bodies(person.role_names, countries, institution.country_code or "")


def bodies_of(country: str) -> list[Institution]:
    """List the bodies of a country that belong to no other; an empty code: the international ones."""
    return _children(Institution.parent_id.is_(None), _of_country(country))


def units_of(institution: Institution) -> list[Institution]:
    return _children(Institution.parent_id == institution.id)


def units_by_body(bodies_: list[Institution]) -> dict[int, list[Institution]]:
    """List the units of many bodies at once, by the id of the body."""
    units: dict[int, list[Institution]] = {}
    for unit in _children(Institution.parent_id.in_([one.id for one in bodies_])):
        units.setdefault(unit.parent_id or 0, []).append(unit)
    return units


def _children(*conditions: ColumnElement[bool]) -> list[Institution]:
    query = select(Institution).where(Institution.merged_into_id.is_(None), *conditions)
    return sorted(db.session.scalars(query), key=lambda one: (fold(one.name), one.id))


def _of_country(country: str) -> ColumnElement[bool]:
    return Institution.country_code == country if country else Institution.country_code.is_(None)


def body_counts() -> dict[str, int]:
    """Count the bodies of each country, units included; those of no country under an empty code."""
    rows = db.session.execute(
        select(Institution.country_code, func.count())
        .where(Institution.merged_into_id.is_(None))
        .group_by(Institution.country_code)
    )
    return {code or "": count for code, count in rows}


def people_count(institution: Institution) -> int:
    query = select(func.count()).where(Affiliation.institution_id == institution.id)
    return db.session.scalar(query) or 0


def namesakes_of(institution: Institution) -> list[Institution]:
    """List other bodies of the same country that are shown by the same name: probably the same."""
    return [
        one
        for one in same_named(institution.country_code or "", institution.name)
        if one.id != institution.id
    ]


def same_named(country: str, name: str) -> list[Institution]:
    """List the bodies of a country that are shown by a name, however it is typed."""
    is_shown = select(InstitutionName.institution_id).where(
        InstitutionName.folded == fold(name), InstitutionName.is_preferred.is_(True)
    )
    query = (
        select(Institution)
        .where(
            Institution.id.in_(is_shown), Institution.merged_into_id.is_(None), _of_country(country)
        )
        .order_by(Institution.id)
    )
    return list(db.session.scalars(query))
