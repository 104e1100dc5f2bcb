"""People, how they sign in, what they may do, and what they agreed to."""

from lms.accounts.models.approvals import Approval
from lms.accounts.models.factors import AuthenticatorApp, RecoveryCode
from lms.accounts.models.names import (
    NameKey,
    NameSound,
    name_keys,
    name_sounds,
    shown_name,
    shown_parts,
)
from lms.accounts.models.people import Person, RoleGrant
from lms.accounts.models.privacy import Consent, PrivacyNotice
from lms.accounts.models.signing_in import LONGEST_PATH, EndedSession, SignInLink

__all__ = [
    "LONGEST_PATH",
    "Approval",
    "AuthenticatorApp",
    "Consent",
    "EndedSession",
    "NameKey",
    "NameSound",
    "Person",
    "PrivacyNotice",
    "RecoveryCode",
    "RoleGrant",
    "SignInLink",
    "name_keys",
    "name_sounds",
    "shown_name",
    "shown_parts",
]
