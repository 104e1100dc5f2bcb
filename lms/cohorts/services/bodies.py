"""Public bodies over time: their names, where they belong, and two that turn out to be one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import SQLColumnExpression, func, select, update
from sqlalchemy.orm import aliased

from lms.audit import services as audit
from lms.cohorts import queries
from lms.cohorts.models import Affiliation, Institution, InstitutionName, Nomination, Partner
from lms.cohorts.services.institutions import new_name
from lms.errors import Conflict, LmsError
from lms.extensions import db


class NameKnown(LmsError):
    status = 422
    message = _l("This body has that name already.")


class NoCircle(LmsError):
    status = 422
    message = _l("A body cannot belong to itself or to one of its own units. Choose another one.")


class OtherCountry(LmsError):
    status = 422
    message = _l(
        "These bodies are of different countries. Only bodies of one country belong together."
    )


class OneAboveTheOther(LmsError):
    status = 422
    message = _l("One of these is a unit of the other. Move the unit elsewhere first, then merge.")


class NameInUse(Conflict):
    message = _l("A body keeps the name that is shown. Show another one first, then remove this.")


class MergedAlready(Conflict):
    message = _l(
        "Somebody has merged one of these meanwhile. Open the page again to see how it is now."
    )


def add_name(institution: Institution, name: str, language: str) -> InstitutionName:
    """Note one more name under which a body is found."""
    _hold(institution)
    if any(one.name == name for one in institution.names):
        raise NameKnown
    added = new_name(name, language=language, is_preferred=False)
    institution.names.append(added)
    _note("name_institution", institution, name=name, language=language)
    return added


def rename(institution: Institution, name: str, language: str, since: date, today: date) -> None:
    """Give a body a new name from a day on. Until then the old one is shown; it is found by both for ever.

    A day ahead is waited for by ``show_new_names``.
    """
    _hold(institution)
    before = institution.name
    known = next((one for one in institution.names if one.name == name), None)
    if known is not None and known.is_preferred:
        raise NameKnown
    added = known or new_name(name, language=language)
    added.used_from, added.used_until = since, None
    for one in institution.names:
        if one.is_preferred:
            one.used_until = since
            one.is_preferred = since > today
    added.is_preferred = since <= today
    if known is None:
        institution.names.append(added)
    _note("rename_institution", institution, before=before, after=name, since=since.isoformat())


def show_new_names(today: date) -> None:
    """Show the new names of bodies that were to be renamed on a day that has come."""
    old = aliased(InstitutionName)
    query = (
        select(InstitutionName, old)
        .join(
            old,
            (old.institution_id == InstitutionName.institution_id)
            & (old.used_until == InstitutionName.used_from),
        )
        .where(old.is_preferred, old.used_until <= today, ~InstitutionName.is_preferred)
    )
    for name, before in db.session.execute(query).all():
        before.is_preferred, name.is_preferred = False, True
    db.session.flush()


def prefer_name(institution: Institution, name: InstitutionName) -> None:
    """Show a body by another of its names."""
    before = institution.name
    for one in institution.names:
        one.is_preferred = one is name
    name.used_until = None
    _note("rename_institution", institution, before=before, after=name.name)


def remove_name(institution: Institution, name: InstitutionName) -> None:
    """Take away a name that was a mistake; never the one that is shown."""
    if name.is_preferred:
        raise NameInUse
    institution.names.remove(name)
    _note("unname_institution", institution, name=name.name)


def set_parent(institution: Institution, parent: Institution | None) -> None:
    """Say which body a unit belongs to; None makes it stand by itself."""
    if parent is not None:
        if parent.country_code != institution.country_code:
            raise OtherCountry
        if institution.id in queries.ids_above(parent):
            raise NoCircle
    before, institution.parent_id = institution.parent_id, parent.id if parent else None
    _note("move_institution", institution, before=before, after=institution.parent_id)


@dataclass(frozen=True)
class Moves:
    """What goes over to the body that stays when two are merged: names, and how many of all else."""

    names: list[str]
    people: int
    units: int
    programmes: int
    nominations: int


def moves_of(institution: Institution, survivor: Institution) -> Moves:
    """Count what a merger would move; changes nothing."""
    own = {name.name for name in survivor.names}

    def count(column: SQLColumnExpression[int | None]) -> int:
        query = select(func.count()).where(column == institution.id)
        return db.session.scalar(query) or 0

    return Moves(
        names=[name.name for name in institution.names if name.name not in own],
        people=count(Affiliation.institution_id),
        units=count(Institution.parent_id),
        programmes=count(Partner.institution_id),
        nominations=count(Nomination.institution_id),
    )


def check_merger(institution: Institution, survivor: Institution) -> None:
    """Refuse a merger that makes no sense."""
    if institution.country_code != survivor.country_code:
        raise OtherCountry
    if institution.id in queries.ids_above(survivor) or survivor.id in queries.ids_above(
        institution
    ):
        raise OneAboveTheOther


def merge_institutions(institution: Institution, survivor: Institution) -> Moves:
    """Make one body of two: everything goes to ``survivor``, and the old address leads there."""
    ids = sorted({institution.id, survivor.id})
    query = select(Institution).where(Institution.id.in_(ids)).order_by(Institution.id)
    locked = db.session.scalars(
        query.with_for_update().execution_options(populate_existing=True)
    ).all()
    if any(one.merged_into_id is not None for one in locked):
        raise MergedAlready
    check_merger(institution, survivor)
    moves = moves_of(institution, survivor)
    _move_names(institution, survivor)
    _move_partners(institution, survivor)
    for column in (
        Affiliation.institution_id,
        Institution.parent_id,
        Institution.merged_into_id,
        Nomination.institution_id,
    ):
        statement = update(column.class_).where(column == institution.id)
        db.session.execute(statement.values({column.key: survivor.id}))
    institution.merged_into_id = survivor.id
    institution.parent_id = None
    _note(
        "merge_institutions", institution, into=survivor.id, names=moves.names, people=moves.people,
        units=moves.units, programmes=moves.programmes, nominations=moves.nominations,
    )  # fmt: skip
    db.session.expire_all()
    return moves


def _move_names(institution: Institution, survivor: Institution) -> None:
    own = {name.name for name in survivor.names}
    for name in list(institution.names):
        if name.name not in own:
            facts = {"language": name.language, "used_from": name.used_from}
            survivor.names.append(new_name(name.name, used_until=name.used_until, **facts))
        institution.names.remove(name)
    db.session.flush()


def _move_partners(institution: Institution, survivor: Institution) -> None:
    """Move what the body carries or funds; where both do, one line is left."""
    taken = {
        (one.programme_id, one.role)
        for one in db.session.scalars(select(Partner).where(Partner.institution_id == survivor.id))
    }
    for partner in db.session.scalars(
        select(Partner).where(Partner.institution_id == institution.id)
    ).all():
        if (partner.programme_id, partner.role) in taken:
            db.session.delete(partner)
        else:
            partner.institution_id = survivor.id
    db.session.flush()


def _hold(institution: Institution) -> None:
    """Let nobody else name a body before this transaction ends: the names that are read now are the last ones."""
    query = select(Institution.id).where(Institution.id == institution.id)
    db.session.execute(query.with_for_update(key_share=True))
    db.session.refresh(institution, ["names"])


def _note(action: str, institution: Institution, **details: Any) -> None:
    db.session.flush()
    audit.record(
        action,
        "institution",
        institution.id,
        country_code=institution.country_code or "",
        **details,
    )
