"""Handing a leaving coordinator's delegation over. Nothing here commits."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select, update

from lms.accounts import services as accounts
from lms.accounts.models import Person, RoleGrant
from lms.accounts.queries import person_by_email
from lms.audit import services as audit
from lms.cohorts.models import Cohort, Invitation, Programme
from lms.errors import LmsError
from lms.extensions import db
from lms.notices import services as notices


class HandOverRefused(LmsError):
    status = 422
    message = _l(
        "No other person with this e-mail address has an open account of the same country."
        " Check the address, or let an administrator make the account first."
    )


def successor_of(leaver: Person, address: str, grants: list[RoleGrant]) -> Person:
    """Return who has this address, if these roles can go over to them.

    Raises:
        HandOverRefused: there is no such successor.
    """
    successor = person_by_email(address)
    if successor is None or not _may_follow(leaver, successor, grants):
        raise HandOverRefused
    return successor


def hand_over(
    giver: Person, leaver: Person, address: str, grants: list[RoleGrant], reason: str
) -> Person:
    """Move a coordinator's roles to somebody else, with the open invitations that were sent in them.

    Invitations stay valid: from now on they are the successor's, who can be asked and who can renew them.

    Args:
        giver: whom the successor can ask: the leaver, or an administrator where the leaver is gone.
        leaver: who has the roles.
        address: of the successor, who has an account already.
        grants: which of the leaver's roles as a coordinator go over.
        reason: for the log.

    Raises:
        HandOverRefused: there is no such successor.
    """
    successor = successor_of(leaver, address, grants)
    what = [grant.scope_object for grant in grants]
    for grant in grants:
        accounts.grant_role(
            None, successor, "coordinator", grant.scope, grant.scope_object,
            expires_at=grant.expires_at,
        )  # fmt: skip
        _hand_invitations(leaver, successor, grant)
        accounts.withdraw_role(grant)
    audit.record(
        "hand_over", "person", leaver.id, country_code=leaver.country_code, reason=reason,
        before=leaver.id, after=successor.id, of=what,
    )  # fmt: skip
    notices.send_delegation_taken_over(
        successor, giver=giver.name, giver_email=giver.email, what=what
    )
    is_own = giver.id == leaver.id
    notices.send_delegation_handed_over(leaver, successor=successor.name, what=what, is_own=is_own)
    return successor


def _may_follow(leaver: Person, successor: Person, grants: list[RoleGrant]) -> bool:
    """Partners' staff may be of any country; whoever looks after a country's people is of that country."""
    is_open = successor.active and successor.id != leaver.id and successor.signed_in_at is not None
    of_programme = all(grant.scope == "programme" for grant in grants)
    return is_open and (of_programme or successor.country_code == leaver.country_code)


def _hand_invitations(leaver: Person, successor: Person, grant: RoleGrant) -> None:
    columns: dict[str, ColumnElement[bool]] = {
        "country": Cohort.country_code == grant.scope_object,
        "cohort": Cohort.slug == grant.scope_object,
        "programme": Cohort.programme_id.in_(
            select(Programme.id).where(Programme.slug == grant.scope_object)
        ),
    }
    cohorts = select(Cohort.id).where(columns[grant.scope])
    db.session.execute(
        update(Invitation)
        .where(
            Invitation.invited_by_id == leaver.id,
            Invitation.cohort_id.in_(cohorts),
            Invitation.accepted_at.is_(None),
        )
        .values(invited_by_id=successor.id)
    )
