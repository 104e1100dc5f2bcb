"""What comes after the last proof of who signs in."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from lms.accounts import queries, services, sessions
from lms.accounts.models import Person
from lms.extensions import db
from lms.web.access import own_path


def welcome(
    person: Person, way: str, target: str | None, *, has_factor: bool = False
) -> ResponseReturnValue:
    """Begin a session, or ask first for the code of whoever has a second factor.

    First-timers go through language, name and time zone.
    """
    if not has_factor and queries.has_app(person):
        sessions.begin_half(person, way, own_path(target))
        db.session.commit()
        return redirect(url_for("accounts.code"), 303)
    sessions.begin(person, way, has_factor=has_factor)
    services.note_sign_in(person, way)
    db.session.commit()
    if person.name_confirmed_at is None and not own_path(target):
        return redirect("/welcome/language", 303)
    return redirect(own_path(target, "/learn"), 303)
