"""What can be done with cohorts, invitations and enrolments. Nothing here commits."""

from lms.cohorts.services.enrolment import AlreadyEnrolled, enrol
from lms.cohorts.services.institutions import (
    NotANamedBody,
    add_institution,
    chosen_institution,
    new_name,
    set_workplace,
)
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
    "NotANamedBody",
    "Opened",
    "Room",
    "accept",
    "add_institution",
    "ask_for_renewal",
    "chosen_institution",
    "enrol",
    "find_invitation",
    "invite",
    "make_link",
    "new_name",
    "prove_address",
    "renew",
    "renew_link",
    "set_workplace",
    "state_of",
]
