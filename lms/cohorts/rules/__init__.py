"""Pure decisions about cohorts and the ways into them."""

from lms.accounts.rules import fold
from lms.cohorts.rules.invitations import InvitationState, invitation_state
from lms.cohorts.rules.places import Quota, SpareRule, Waiting, has_place, next_promotion

__all__ = [
    "InvitationState",
    "Quota",
    "SpareRule",
    "Waiting",
    "fold",
    "has_place",
    "invitation_state",
    "next_promotion",
]
