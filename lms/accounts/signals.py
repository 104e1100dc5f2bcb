"""What has happened to an account, for packages above this one."""

from __future__ import annotations

from blinker import Signal

name_confirmed = Signal()
"""Sent with the person after the name was confirmed or corrected."""

link_requested = Signal()
"""Sent with the person; ``token`` is the secret of a new sign-in link."""
