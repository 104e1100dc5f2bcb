"""Messages about the own account."""

from __future__ import annotations

from lms.accounts.models import Person
from lms.notices.services.writing import page_url, send


def send_sign_in_link(person: Person, token: str, minutes: int) -> None:
    send(person, "sign_in_link", url=page_url(f"/sign-in/link/{token}", person), minutes=minutes)
