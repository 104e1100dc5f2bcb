"""Pure decisions about addresses, names, passwords and roles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lms.lib.names import clean_name

SHORTEST_PASSWORD = 15  # characters; NIST SP 800-63B-4 for a password that stands alone
LONGEST_PASSWORD = 256
LONGEST_EMAIL = 254  # RFC 5321

SCOPES_OF_ROLE: dict[str, tuple[str, ...]] = {
    "learner": ("self",),
    "mentor": ("cohort",),
    "instructor": ("course", "all"),
    "coordinator": ("country", "cohort", "programme"),
    "officer": ("country", "all"),
    "administrator": ("all",),
    "auditor": ("all",),
}
"""What each role may be given for; the first is offered first."""

NAME_CHECKS: list[Callable[[str], list[str]]] = []
"""Each returns the letters of a name that it refuses, such as those that no certificate can print.

Filled by ``wiring``: what can be printed is known further up.
"""

NAME_LOCKS: list[Callable[[Any], str]] = []
"""Each takes a person, and returns the address where to ask for another name, or "" while nothing forbids a change.

Filled by ``wiring``: what prints a name is known further up.
"""

_NOT_IN_EMAIL = r"[^\s\x00-\x20\x7f@<>()\[\],;:\"\\]"
_EMAIL = re.compile(rf"{_NOT_IN_EMAIL}+@(?:[\w-]+\.)+[\w-]{{2,}}")

_FEWEST_LETTERS = 5  # different ones, in a password
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "1234567890" * 3, "qwertyuiopasdfghjklzxcvbnm")

# Letters of one sound that keyboards and officials exchange; accents fall away by themselves.
_SAME_LETTER = str.maketrans("ғқңөұүһҳҷәіəıł", "гкноууххчаиeil", "ʻʼ")


def fold(name: str) -> str:
    """Return what a search compares: letter case, accents, spaces and punctuation do not count."""
    decomposed = unicodedata.normalize("NFKD", clean_name(name).casefold())
    return "".join(letter for letter in decomposed.translate(_SAME_LETTER) if letter.isalnum())


def refused_letters(name: str) -> list[str]:
    """Return the letters of a name that some check refuses, each once."""
    return list(dict.fromkeys(letter for check in NAME_CHECKS for letter in check(name)))


def is_email(address: str) -> bool:
    """Whether a text looks like one e-mail address; whether it exists, only a message can tell."""
    return _EMAIL.fullmatch(address.strip()) is not None


def normal_email(address: str) -> str:
    """Return the one form in which an address is stored and compared."""
    return address.strip().lower()


def normal_password(password: str) -> str:
    """Return the one form that is hashed: keyboards write Korean and accents in two ways."""
    return unicodedata.normalize("NFKC", password)


def is_guessable(password: str, email: str = "") -> bool:
    """Whether a long password is still among the first that anybody tries.

    Few different letters, one piece again and again, a row of the keyboard, the own address.
    """
    plain = normal_password(password).casefold()
    repeats = plain in (plain + plain)[1:-1]
    is_row = any(plain in row or plain[::-1] in row for row in _ROWS)
    return len(set(plain)) < _FEWEST_LETTERS or repeats or is_row or plain == normal_email(email)


@dataclass(frozen=True)
class Reach:
    """What lies inside the own scope of somebody who gives roles.

    ``countries`` are codes whose people may be given a role, the others short names of what it may be given for.
    """

    countries: frozenset[str] = frozenset()
    cohorts: frozenset[str] = frozenset()
    courses: frozenset[str] = frozenset()

    def covers(self, scope: str, scope_object: str) -> bool:
        inside = {"cohort": self.cohorts, "course": self.courses}
        return scope == "self" or scope_object in inside.get(scope, frozenset())


NOWHERE = Reach()
GIVEN_BY_COORDINATORS = frozenset({"learner", "mentor", "instructor"})


def may_grant(
    grantor_roles: frozenset[str],
    grant: tuple[str, str, str],
    *,
    is_own: bool,
    country: str = "",
    reach: Reach = NOWHERE,
) -> bool:
    """Tell whether somebody may give a role; nobody gives one to themselves.

    Args:
        grantor_roles: all that the grantor holds.
        grant: role, scope and what it is for.
        is_own: the role would be the grantor's own.
        country: of whoever gets it.
        reach: what lies inside the grantor's scope. Administrators reach everything, and need a second one.
    """
    role, scope, scope_object = grant
    if is_own or scope not in SCOPES_OF_ROLE.get(role, ()):
        return False
    if "administrator" in grantor_roles:
        return True
    is_below = "coordinator" in grantor_roles and role in GIVEN_BY_COORDINATORS
    return is_below and country in reach.countries and reach.covers(scope, scope_object)
