"""Handing over for a coordinator who has left without doing it: it gives a role, so it takes two administrators."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.accounts.models import Approval, Person, RoleGrant
from lms.accounts.queries import person_of
from lms.accounts.services import approvals
from lms.cohorts import services
from lms.errors import Conflict, NotFound
from lms.extensions import db


class RolesChanged(Conflict):
    message = _l("The roles have changed since this was asked for. Decline it, and ask anew.")


def coordinator_grants(person: Person) -> list[RoleGrant]:
    """List the roles that can be handed over."""
    return [grant for grant in person.open_grants if grant.role == "coordinator"]


def coordinator_of(administrator: Person, person_id: int) -> Person:
    """Return another person who coordinates something, for an administrator, else 404."""
    person = person_of(administrator, person_id)
    if person.id == administrator.id or not coordinator_grants(person):
        raise NotFound
    return person


def ask_to_hand_over(
    administrator: Person, leaver: Person, address: str, grants: list[RoleGrant], reason: str
) -> Approval:
    """Ask for what ``services.hand_over`` does; nobody gets a role by asking for it.

    Raises:
        HandOverRefused: there is no such successor.
    """
    successor = services.successor_of(leaver, address, grants)
    if successor.id == administrator.id:
        raise services.HandOverRefused
    asked = {
        "person_id": leaver.id,
        "successor_id": successor.id,
        "grants": [[grant.scope, grant.scope_object] for grant in grants],
    }
    return approvals.ask(administrator, "hand_over", asked, leaver.country_code, reason)


def _people(approval: Approval) -> tuple[Person, Person]:
    """Return who has the roles, and who is to get them."""
    asked = approval.arguments
    leaver = db.session.get_one(Person, asked["person_id"])
    return leaver, db.session.get_one(Person, asked["successor_id"])


def _may(person: Person, approval: Approval) -> bool:
    """Administrators, for anybody but themselves."""
    asked = approval.arguments
    is_own = person.id in {asked["person_id"], asked["successor_id"]}
    return "administrator" in person.role_names and not is_own


def _run(approval: Approval) -> None:
    leaver, successor = _people(approval)
    asked = approval.arguments["grants"]
    grants = [one for one in coordinator_grants(leaver) if [one.scope, one.scope_object] in asked]
    if len(grants) != len(asked):
        raise RolesChanged
    services.hand_over(approval.asked_by, leaver, successor.email, grants, approval.reason)


def _describe(approval: Approval) -> str:
    leaver, successor = _people(approval)
    return _(
        "Hand over from %(person)s to %(successor)s: %(what)s",
        person=leaver.name_latin or leaver.name,
        successor=successor.name_latin or successor.name,
        what=", ".join(scope_object for _scope, scope_object in approval.arguments["grants"]),
    )


HANDING_OVER = approvals.Action(_may, _run, _describe)
