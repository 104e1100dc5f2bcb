"""Pure decisions about cohorts, the ways into them, and institutions."""

from lms.accounts.rules import fold
from lms.cohorts.rules.bodies import may_add_bodies
from lms.cohorts.rules.invitations import InvitationState, invitation_state
from lms.cohorts.rules.nominations import NominationState, nomination_state
from lms.cohorts.rules.pasting import (
    LineProblem,
    Nominee,
    PastedAddress,
    PastedNominee,
    pasted_addresses,
    pasted_nominees,
)
from lms.cohorts.rules.places import Quota, SpareRule, Waiting, has_place, next_promotion

__all__ = [
    "InvitationState",
    "LineProblem",
    "NominationState",
    "Nominee",
    "PastedAddress",
    "PastedNominee",
    "Quota",
    "SpareRule",
    "Waiting",
    "fold",
    "has_place",
    "invitation_state",
    "may_add_bodies",
    "next_promotion",
    "nomination_state",
    "pasted_addresses",
    "pasted_nominees",
]
