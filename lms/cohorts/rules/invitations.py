"""What the link of an invitation can do."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class InvitationState(StrEnum):
    """What an invitation's link can do."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


def invitation_state(
    *,
    is_used: bool,
    is_withdrawn: bool,
    is_inviter_active: bool,
    may_inviter_invite: bool,
    expires_at: datetime,
    now: datetime,
) -> InvitationState:
    """Decide what an invitation's link can do.

    A place that was taken counts before all else. Whoever lost the role gave invitations that still
    hold, but that nobody renews in their name; those of a suspended account do not hold.
    """
    if is_used:
        return InvitationState.USED
    has_expired = expires_at <= now
    if is_withdrawn or not is_inviter_active or (has_expired and not may_inviter_invite):
        return InvitationState.WITHDRAWN
    return InvitationState.EXPIRED if has_expired else InvitationState.OPEN
