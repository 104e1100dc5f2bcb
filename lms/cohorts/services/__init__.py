"""What can be done with cohorts, invitations and enrolments. Nothing here commits."""

from lms.cohorts.services.enrolment import AlreadyEnrolled, enrol
from lms.cohorts.services.invitations import (
    AccountClosed,
    AddressNotProved,
    InvitationExpired,
    InvitationRefused,
    InvitationStillOpen,
    InvitationUnknown,
    InvitationUsed,
    InvitationWithdrawn,
    Opened,
    accept,
    find_invitation,
    invite,
    renew,
    state_of,
)
from lms.cohorts.services.links import (
    LinkNotExpired,
    ask_for_renewal,
    make_link,
    prove_address,
    renew_link,
)
from lms.cohorts.services.places import NoPlaceLeft, Room

__all__ = [
    "AccountClosed",
    "AddressNotProved",
    "AlreadyEnrolled",
    "InvitationExpired",
    "InvitationRefused",
    "InvitationStillOpen",
    "InvitationUnknown",
    "InvitationUsed",
    "InvitationWithdrawn",
    "LinkNotExpired",
    "NoPlaceLeft",
    "Opened",
    "Room",
    "accept",
    "ask_for_renewal",
    "enrol",
    "find_invitation",
    "invite",
    "make_link",
    "prove_address",
    "renew",
    "renew_link",
    "state_of",
]
