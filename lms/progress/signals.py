from __future__ import annotations

from blinker import Signal

course_completed = Signal()
"""Sent with the enrolment's id when the last thing that the course asks for is done."""
