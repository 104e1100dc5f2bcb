from __future__ import annotations

from blinker import Signal

attempt_submitted = Signal()
"""Sent with the attempt after it was marked, inside the transaction that hands it in."""
