"""Setting and comparing passwords."""

from __future__ import annotations

import secrets
from functools import lru_cache

from flask_security import hash_password, verify_password
from flask_security.utils import verify_and_update_password

from lms.accounts import rules
from lms.accounts.models import Person
from lms.audit import services as audit


def has_password(person: Person, password: str) -> bool:
    """Tell whether this is the person's password; a hash of older settings is made anew."""
    return verify_and_update_password(rules.normal_password(password), person)


def change_password(person: Person, password: str) -> None:
    """Set a password and end every session; the caller may begin a new one."""
    person.password = hashed_password(password)
    person.fs_uniquifier = secrets.token_hex(16)
    audit.record("change_password", "person", person.id, country_code=person.country_code)


def hashed_password(password: str) -> str:
    return str(hash_password(rules.normal_password(password)))


@lru_cache
def _nobodys_password() -> str:
    return hashed_password(secrets.token_urlsafe(32))


def compare_with_nobody(password: str) -> None:
    """Take as long as for somebody's password: time must not tell who has an account."""
    verify_password(rules.normal_password(password), _nobodys_password())
