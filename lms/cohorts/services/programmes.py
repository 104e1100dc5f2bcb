"""What is done with programmes, the bodies they name, and their rounds. Nothing here commits."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from lms.audit import services as audit
from lms.cohorts.models import Institution, Intake, Logo, Partner, Programme
from lms.errors import Conflict, LmsError
from lms.extensions import db, insert_once
from lms.lib import pictures

MOST_PARTNERS = 12


class SlugTaken(Conflict):
    message = _l("Another one has this short name already. Choose a different one.")


class EditedMeanwhile(Conflict):
    """Of two who edit at once, the second is told, and sees both texts."""

    message = _l(
        "Somebody else saved a change while you were editing. Compare both, then save again."
    )


class NamedAlready(Conflict):
    message = _l("This body stands in the list already.")


class TooMany(Conflict):
    message = _l("A programme can name twelve bodies: certificates have no room for more.")


class TitleTaken(Conflict):
    message = _l("The programme has a round with this title already.")


class LogoRefused(LmsError):
    """The file cannot become a logo; the message says why."""

    status = 422


REFUSED_LOGOS = {
    pictures.NotAPicture: _l("This file is no PNG, JPEG or WebP picture, or it is broken."),
    pictures.TooManyPixels: _l("This picture has more than 40 million pixels. Send a smaller one."),
    pictures.TooDetailed: _l("This picture has too much detail for a logo. Send a plainer one."),
}


def plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Return values as the log keeps them: days and moments in ISO 8601."""
    return {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name, value in facts.items()
    }


def changed(row: Any, facts: dict[str, Any]) -> dict[str, Any]:
    """Return what an edit changes, before and after, as the log keeps it."""
    before = {
        name: getattr(row, name) for name, value in facts.items() if getattr(row, name) != value
    }
    return {
        "before": plain(before),
        "after": plain({name: facts[name] for name in before}),
    }


def make_programme(facts: dict[str, Any]) -> Programme:
    programme = Programme(**facts)
    try:
        with db.session.begin_nested():
            db.session.add(programme)
    except IntegrityError as error:
        raise SlugTaken from error
    audit.record("make_programme", "programme", programme.slug, **plain(facts))
    return programme


def change_programme(programme: Programme, facts: dict[str, Any], *, seen_version: int) -> None:
    """Save an edit of the version that was seen. The short name stays: addresses and roles hold it.

    Raises:
        EditedMeanwhile: somebody saved another one since then.
    """
    difference = changed(programme, facts)
    save_version(programme, facts, seen_version)
    audit.record("change_programme", "programme", programme.slug, **difference)


def save_version(row: Any, facts: dict[str, Any], seen_version: int) -> None:
    """Write an edit, of two at once only the first: the second would undo what it has not seen."""
    model = type(row)
    saved = db.session.scalar(
        update(model)
        .where(model.id == row.id, model.row_version == seen_version)
        .values(**facts, row_version=seen_version + 1)
        .returning(model.id)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(row)
    if saved is None:
        raise EditedMeanwhile


def touch(programme: Programme) -> None:
    """Count a change of what the programme's pages show, so that no older copy of it is shown."""
    db.session.execute(
        update(Programme)
        .where(Programme.id == programme.id)
        .values(row_version=Programme.row_version + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(programme)


def name_partner(programme: Programme, institution: Institution, role: str) -> Partner:
    """Name a body as funder or partner, after the others."""
    if len(programme.partners) >= MOST_PARTNERS:
        raise TooMany
    last = max((one.position for one in programme.partners), default=0)
    partner = Partner(
        programme_id=programme.id, institution_id=institution.id, role=role, position=last + 1
    )
    try:
        with db.session.begin_nested():
            db.session.add(partner)
    except IntegrityError as error:
        raise NamedAlready from error
    _note_partner("name_partner", programme, partner)
    return partner


def remove_partner(programme: Programme, partner: Partner) -> None:
    """Name a body no longer; certificates that were issued keep its name and logo."""
    _note_partner("remove_partner", programme, partner)
    programme.partners.remove(partner)
    db.session.flush()
    touch(programme)


def move_up(programme: Programme, partner: Partner) -> None:
    """Put a body before the one that stands before it."""
    ordered = sorted(programme.partners, key=lambda one: (one.position, one.id))
    at = ordered.index(partner)
    if at == 0:
        return
    ordered[at - 1 : at + 1] = [partner, ordered[at - 1]]
    for position, one in enumerate(ordered, start=1):
        one.position = position
    db.session.flush()
    _note_partner("move_partner", programme, partner)


def set_logo(programme: Programme, partner: Partner, content: bytes) -> None:
    """Draw what was sent anew as the body's logo.

    Raises:
        LogoRefused: it is no picture, or not one that can be a logo.
    """
    try:
        drawn = pictures.draw_logo(content)
    except tuple(REFUSED_LOGOS) as error:
        raise LogoRefused(REFUSED_LOGOS[type(error)]) from error
    sha256 = hashlib.sha256(drawn.png).hexdigest()
    insert_once(Logo, sha256=sha256, png=drawn.png, width=drawn.width, height=drawn.height)
    partner.logo_sha256 = sha256
    db.session.flush()
    _note_partner("set_logo", programme, partner)


def remove_logo(programme: Programme, partner: Partner) -> None:
    partner.logo_sha256 = None
    db.session.flush()
    _note_partner("remove_logo", programme, partner)


def _note_partner(action: str, programme: Programme, partner: Partner) -> None:
    audit.record(
        action, "programme", programme.slug, institution=partner.institution_id, role=partner.role,
        position=partner.position, logo=partner.logo_sha256 or "",
    )  # fmt: skip
    touch(programme)


def make_intake(programme: Programme, facts: dict[str, Any]) -> Intake:
    """Open a round; ``facts`` are the columns of the model."""
    intake = Intake(programme_id=programme.id, **facts)
    try:
        with db.session.begin_nested():
            db.session.add(intake)
    except IntegrityError as error:
        raise TitleTaken from error
    audit.record("make_intake", "programme", programme.slug, intake=intake.id, **plain(facts))
    return intake


def change_intake(programme: Programme, intake: Intake, facts: dict[str, Any]) -> None:
    difference = changed(intake, facts)
    try:
        with db.session.begin_nested():
            for name, value in facts.items():
                setattr(intake, name, value)
    except IntegrityError as error:
        raise TitleTaken from error
    audit.record("change_intake", "programme", programme.slug, intake=intake.id, **difference)
