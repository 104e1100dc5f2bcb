from __future__ import annotations

from blinker import Signal

invited = Signal()
"""Sent with the address of somebody invited; ``language``, ``token`` and what the message says."""
