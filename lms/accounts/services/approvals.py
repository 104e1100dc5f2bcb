"""What one person asks for and a second one must agree to before it happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from lms.accounts import signals
from lms.accounts.models import Approval, Person, RoleGrant
from lms.audit import services as audit
from lms.errors import Conflict, NotAllowed, NotFound
from lms.extensions import db

EXPIRES_AFTER = timedelta(days=7)
DECIDING_ROLES = ("administrator", "officer")
"""Whom the page of approvals is open to."""


@dataclass(frozen=True)
class Action:
    """Something that takes two: who may ask for it and agree to it, and what then happens."""

    may: Callable[[Person, Approval], bool]
    run: Callable[[Approval], None]
    describe: Callable[[Approval], str]


APPROVED: dict[str, Action] = {}
"""By name, as in the audit log. Filled by ``wiring``: most of what takes two is known further up."""


class AskedAlready(Conflict):
    message = _l("This waits for a second person already. It stands under Approvals.")


class AnotherPerson(NotAllowed):
    message = _l("You asked for this yourself: another person has to agree.")


class AlreadyDecided(Conflict):
    message = _l("This was decided already, or nobody decided within a week. Ask again if needed.")


class AskerMayNot(Conflict):
    message = _l("Whoever asked for this may not do it any more. Decline it, and ask anew.")


def ask(
    asker: Person, action: str, arguments: dict[str, Any], country_code: str, reason: str
) -> Approval:
    """Ask for something that a second person must agree to within a week."""
    now = datetime.now(UTC)
    approval = Approval(
        action=action, arguments=arguments, country_code=country_code, reason=reason,
        asked_by_id=asker.id, asked_at=now, expires_at=now + EXPIRES_AFTER,
    )  # fmt: skip
    if not APPROVED[action].may(asker, approval):
        raise NotAllowed
    if any(one.arguments == arguments for one in waiting(action)):
        raise AskedAlready
    db.session.add(approval)
    db.session.flush()
    _note("ask_approval", approval, reason)
    signals.approval_asked.send(approval)
    return approval


def waiting(action: str = "") -> list[Approval]:
    """List what nobody has decided about, the oldest first, whoever may see it."""
    query = select(Approval).where(
        Approval.decided_at.is_(None), Approval.expires_at > datetime.now(UTC)
    )
    if action:
        query = query.where(Approval.action == action)
    return list(db.session.scalars(query.order_by(Approval.id)).unique())


def waiting_for(person: Person) -> list[Approval]:
    """List what this person may decide about: never what they asked for themselves."""
    return [
        one
        for one in waiting()
        if one.asked_by_id != person.id and APPROVED[one.action].may(person, one)
    ]


def people_in(shown: list[Approval]) -> list[Person]:
    """Load at once whom approvals name: who asked, who decided, and whom it is about."""
    ids = {one.asked_by_id for one in shown} | {one.decided_by_id for one in shown}
    for one in shown:
        ids |= {one.arguments.get(name) for name in ("person_id", "successor_id")}
    return list(db.session.scalars(select(Person).where(Person.id.in_(ids - {None}))).unique())


def deciders(approval: Approval) -> list[Person]:
    """List who may decide about it: never whoever asked."""
    query = select(Person).where(
        Person.active.is_(True),
        Person.id != approval.asked_by_id,
        Person.grants.any(RoleGrant.role.in_(DECIDING_ROLES) & RoleGrant.is_open()),
    )
    found = db.session.scalars(query.order_by(Person.id)).unique()
    return [one for one in found if APPROVED[approval.action].may(one, approval)]


def approval_of(person: Person, approval_id: int) -> Approval:
    """Return what the person asked for or may decide about, else 404."""
    approval = db.session.get(Approval, approval_id)
    if approval is None or not is_visible(person, approval):
        raise NotFound
    return approval


def is_visible(person: Person, approval: Approval) -> bool:
    return approval.asked_by_id == person.id or APPROVED[approval.action].may(person, approval)


def decide(decider: Person, approval: Approval, *, is_approved: bool) -> None:
    """Agree, and it happens in this transaction; or decline.

    Raises:
        AnotherPerson: it is the one who asked.
        AlreadyDecided: of two at once, the second is refused; so is whoever comes after a week.
        AskerMayNot: agreed, but the one who asked has lost the right since.
    """
    action = APPROVED[approval.action]
    if approval.asked_by_id == decider.id:
        raise AnotherPerson
    if not action.may(decider, approval):
        raise NotFound
    audit.begin_row()  # before rows, as whatever it lets happen
    now = datetime.now(UTC)
    decided = db.session.scalar(
        update(Approval)
        .where(Approval.id == approval.id, Approval.decided_at.is_(None), Approval.expires_at > now)
        .values(decided_by_id=decider.id, decided_at=now, is_approved=is_approved)
        .returning(Approval.id)
        .execution_options(synchronize_session=False)
    )
    if decided is None:
        raise AlreadyDecided
    db.session.refresh(approval)
    _note("approve" if is_approved else "decline", approval)
    if is_approved:
        if not approval.asked_by.active or not action.may(approval.asked_by, approval):
            raise AskerMayNot
        action.run(approval)
    signals.approval_decided.send(approval, decider=decider)


def _note(what: str, approval: Approval, reason: str = "") -> None:
    audit.record(
        what, "approval", approval.id, country_code=approval.country_code, reason=reason,
        asked_for=approval.action,
    )  # fmt: skip
