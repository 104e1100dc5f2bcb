"""Giving and withdrawing roles."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lms.accounts import rules
from lms.accounts.models import Person, RoleGrant
from lms.accounts.rules import NOWHERE, Reach
from lms.audit import services as audit
from lms.errors import Conflict, LmsError
from lms.extensions import db


class GrantRefused(LmsError):
    status = 403
    message = _l("This role cannot be given with that scope.")


class LastAdministrator(Conflict):
    message = _l("This is the last administrator. Give somebody else the role first.")


def refuse_grant(
    grantor: Person, person: Person, grant: tuple[str, str, str], reach: Reach = NOWHERE
) -> None:
    """Refuse what the grantor may not give to this person, and anything for an account that is closed for good."""
    is_gone = person.erased_at is not None or person.merged_into_id is not None
    if is_gone or not rules.may_grant(
        grantor.role_names,
        grant,
        is_own=grantor.id == person.id,
        country=person.country_code,
        reach=reach,
    ):
        raise GrantRefused


def grant_role(
    grantor: Person | None,
    person: Person,
    role: str,
    scope: str,
    scope_object: str = "",
    *,
    reach: Reach = NOWHERE,
    expires_at: datetime | None = None,
    reason: str = "",
) -> RoleGrant:
    """Give a role for a scope; giving it twice changes nothing but when it ends, and what has no end keeps none.

    No grantor: the system itself, or two people who have agreed. ``reach`` is what lies in the grantor's scope.
    """  # fmt: skip
    if scope not in rules.SCOPES_OF_ROLE.get(role, ()):
        raise GrantRefused
    if grantor is not None:
        refuse_grant(grantor, person, (role, scope, scope_object), reach)
    grant = _grant_of(person, role, scope, scope_object)
    if grant is not None and grant.expires_at in {None, expires_at}:
        return grant
    if grant is None:
        grant = RoleGrant(role=role, scope=scope, scope_object=scope_object)
        person.grants.append(grant)
    grant.granted_at, grant.expires_at = datetime.now(UTC), expires_at
    grant.granted_by_id = grantor.id if grantor else None
    audit.record(
        "grant_role", "person", person.id, country_code=person.country_code, reason=reason,
        **_details(grant),
    )  # fmt: skip
    return grant


def _details(grant: RoleGrant) -> dict[str, Any]:
    details = {"role": grant.role, "scope": grant.scope, "of": grant.scope_object}
    if grant.expires_at is not None:
        details["until"] = grant.expires_at.isoformat(timespec="seconds")
    return details


def _grant_of(person: Person, role: str, scope: str, scope_object: str) -> RoleGrant | None:
    wanted = (role, scope, scope_object)
    found = (one for one in person.grants if (one.role, one.scope, one.scope_object) == wanted)
    return next(found, None)


def withdraw_role(grant: RoleGrant, reason: str = "") -> None:
    """Take a role away; it is gone at the person's next request."""
    if grant.role == "administrator":
        keep_an_administrator(grant.person)
    audit.record(
        "withdraw_role", "person", grant.person_id, country_code=grant.person.country_code,
        reason=reason, **_details(grant),
    )  # fmt: skip
    grant.person.grants.remove(grant)


def keep_an_administrator(person: Person) -> None:
    if "administrator" not in person.role_names:
        return
    is_administrator = Person.grants.any((RoleGrant.role == "administrator") & RoleGrant.is_open())
    administrators = select(Person.id).where(is_administrator)
    db.session.execute(administrators.order_by(Person.id).with_for_update())  # one at a time
    others = select(Person.id).where(
        is_administrator, Person.active.is_(True), Person.id != person.id
    )
    if db.session.scalar(others.limit(1)) is None:
        raise LastAdministrator
