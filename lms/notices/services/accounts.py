"""Messages about the own account."""

from __future__ import annotations

from lms.accounts.models import Person
from lms.notices.services.writing import page_url, send, write


def send_sign_in_link(person: Person, token: str, minutes: int) -> None:
    send(person, "sign_in_link", url=page_url(f"/sign-in/link/{token}", person), minutes=minutes)


def send_data_erased(address: str, *, language: str, name: str) -> None:
    """Tell somebody who has no account any more. The message is gone once it was sent: see ``rules.LAST_WORDS``."""
    write(address, language, "data_erased", name=name)
