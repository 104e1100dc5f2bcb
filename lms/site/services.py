"""What an administrator does with other people's accounts. Nothing here commits."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.audit import services as audit
from lms.errors import Conflict, LmsError
from lms.extensions import db


class OwnAccount(LmsError):
    status = 409
    message = _l("You cannot suspend your own account. Ask another administrator to do it.")


def add_person(facts: dict[str, str]) -> Person:
    """Make an account for somebody, and send them a first sign-in link."""
    person = accounts.create_person(**facts)
    audit.record("create_person", "person", person.id, country_code=person.country_code)
    accounts.request_link(person.email)
    return person


def change_state(administrator: Person, person: Person, reason: str, *, was_active: bool) -> None:
    """Suspend an account, or open a suspended one again; of two who do the same at once, the second is refused."""
    if was_active and person.id == administrator.id:
        raise OwnAccount
    locked = select(Person.active).where(Person.id == person.id).with_for_update()
    if db.session.scalar(locked) is not was_active:
        raise Conflict
    accounts.set_active(person, is_active=not was_active, reason=reason)
