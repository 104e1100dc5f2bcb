from __future__ import annotations

from lms.accounts import services


def send_sign_in_link(email: str, next_path: str) -> None:
    """Make and send a link, if somebody has this address; run twice, it sends two."""
    services.make_link(email, next_path)
