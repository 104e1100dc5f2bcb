from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from lms.accounts.rules import fold

__all__ = ["InvitationState", "fold", "invitation_state"]


class InvitationState(StrEnum):
    """What an invitation's link can do."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


def invitation_state(
    *, is_used: bool, is_inviter_active: bool, expires_at: datetime, now: datetime
) -> InvitationState:
    """Decide what an invitation's link can do; a place that was taken counts before all else."""
    if is_used:
        return InvitationState.USED
    if not is_inviter_active:
        return InvitationState.WITHDRAWN
    return InvitationState.EXPIRED if expires_at <= now else InvitationState.OPEN
