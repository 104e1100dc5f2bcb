"""What can be done with cohorts, invitations and enrolments. Nothing here commits."""

from lms.cohorts.services.enrolment import AlreadyEnrolled, enrol
from lms.cohorts.services.invitations import (
    AccountClosed,
    InvitationExpired,
    InvitationRefused,
    InvitationStillOpen,
    InvitationUnknown,
    InvitationUsed,
    InvitationWithdrawn,
    accept,
    find_invitation,
    invite,
    renew,
    state_of,
)

__all__ = [
    "AccountClosed",
    "AlreadyEnrolled",
    "InvitationExpired",
    "InvitationRefused",
    "InvitationStillOpen",
    "InvitationUnknown",
    "InvitationUsed",
    "InvitationWithdrawn",
    "accept",
    "enrol",
    "find_invitation",
    "invite",
    "renew",
    "state_of",
]
