from __future__ import annotations

from blinker import Signal

attempt_marked = Signal()
"""Sent with the attempt once its score is known, inside the transaction that settles it."""
