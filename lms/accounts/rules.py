"""Pure decisions about names, passwords and roles."""

from __future__ import annotations

SHORTEST_PASSWORD = 15  # characters; NIST SP 800-63B-4 for a password that stands alone
LONGEST_PASSWORD = 256

SCOPES_OF_ROLE: dict[str, tuple[str, ...]] = {
    "learner": ("self",),
    "instructor": ("course", "all"),
    "coordinator": ("country", "cohort"),
    "officer": ("country", "all"),
    "administrator": ("all",),
    "auditor": ("all",),
}
"""What each role may be given for; the first is offered first."""


def full_name(given: str, family: str, *, family_first: bool = False) -> str:
    """Join the parts of a name; either may be empty, for people with a single name."""
    parts = (family, given) if family_first else (given, family)
    return " ".join(part for part in parts if part)


def normal_email(address: str) -> str:
    """Return the one form in which an address is stored and compared."""
    return address.strip().lower()


def may_grant(grantor_roles: frozenset[str], role: str) -> bool:
    """Tell whether somebody may give ``role``: administrators all of them, nobody else any."""
    return "administrator" in grantor_roles and role in SCOPES_OF_ROLE
