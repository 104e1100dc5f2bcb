"""Messages about what takes two people: to whoever may decide, and to whoever asked."""

from __future__ import annotations

from flask_babel import force_locale

from lms.accounts.models import Approval, Person
from lms.accounts.services import approvals
from lms.notices.services.writing import page_url, send
from lms.web.languages import interface_language


def tell_deciders(approval: Approval) -> None:
    """Tell everybody who may decide that something waits."""
    asker = approval.asked_by
    for person in approvals.deciders(approval):
        send(
            person,
            "approval_asked",
            what=_said(approval, person),
            asker=asker.name_latin or asker.name,
            asked_at=approval.asked_at,
            reason=approval.reason,
            until=approval.expires_at,
            time_zone=person.time_zone,
            url=_url(approval),
        )


def tell_asker(approval: Approval, *, decider: Person) -> None:
    if not approval.asked_by.active:
        return
    send(
        approval.asked_by,
        "approval_decided",
        what=_said(approval, approval.asked_by),
        is_approved=approval.is_approved,
        decider=decider.name_latin or decider.name,
        url=_url(approval),
    )


def _said(approval: Approval, reader: Person) -> str:
    """Say what was asked for, in the reader's language."""
    with force_locale(interface_language(reader.language)):
        return approvals.APPROVED[approval.action].describe(approval)


def _url(approval: Approval) -> str:
    return page_url(f"/approvals#approval-{approval.id}")
