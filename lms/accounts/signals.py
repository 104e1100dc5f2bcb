"""What has happened to an account, for packages above this one."""

from __future__ import annotations

from blinker import Signal

name_confirmed = Signal()
"""Sent with the person after the name was confirmed or corrected."""

approval_asked = Signal()
"""Sent with the approval, once it waits for a second person."""

approval_decided = Signal()
"""Sent with the approval and its ``decider``, after it was agreed to and done, or declined."""

link_requested = Signal()
"""Sent with the person; ``token`` is the secret of a new sign-in link."""
