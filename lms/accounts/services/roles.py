"""Giving and withdrawing roles."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.accounts import rules
from lms.accounts.models import Person, RoleGrant
from lms.audit import services as audit
from lms.errors import Conflict, LmsError
from lms.extensions import db


class GrantRefused(LmsError):
    status = 403
    message = _l("This role cannot be given with that scope.")


class LastAdministrator(Conflict):
    message = _l("This is the last administrator. Give somebody else the role first.")


def grant_role(
    grantor: Person | None, person: Person, role: str, scope: str, scope_object: str = ""
) -> RoleGrant:
    """Give a role for a scope; giving it twice changes nothing. No grantor: the system itself."""
    if scope not in rules.SCOPES_OF_ROLE.get(role, ()):
        raise GrantRefused
    if grantor is not None and not rules.may_grant(grantor.role_names, role):
        raise GrantRefused
    for grant in person.grants:
        if (grant.role, grant.scope, grant.scope_object) == (role, scope, scope_object):
            return grant
    grant = RoleGrant(
        role=role, scope=scope, scope_object=scope_object, granted_at=datetime.now(UTC),
        granted_by_id=grantor.id if grantor else None,
    )  # fmt: skip
    person.grants.append(grant)
    audit.record(
        "grant_role",
        "person",
        person.id,
        country_code=person.country_code,
        role=role,
        scope=scope,
        of=scope_object,
    )
    return grant


def withdraw_role(grant: RoleGrant) -> None:
    """Take a role away; it is gone at the person's next request."""
    if grant.role == "administrator":
        keep_an_administrator(grant.person)
    audit.record(
        "withdraw_role", "person", grant.person_id, country_code=grant.person.country_code,
        role=grant.role, scope=grant.scope, of=grant.scope_object,
    )  # fmt: skip
    grant.person.grants.remove(grant)


def keep_an_administrator(person: Person) -> None:
    if "administrator" not in person.role_names:
        return
    administrators = select(Person.id).where(Person.grants.any(role="administrator"))
    db.session.execute(administrators.order_by(Person.id).with_for_update())  # one at a time
    others = select(Person.id).where(
        Person.grants.any(role="administrator"), Person.active.is_(True), Person.id != person.id
    )
    if db.session.scalar(others.limit(1)) is None:
        raise LastAdministrator
