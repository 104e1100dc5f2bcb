from __future__ import annotations

from blinker import Signal

issued = Signal()
"""Sent with the person; ``number``, ``kind``, ``course_title`` and ``page_path`` of the new certificate."""

revoked = Signal()
"""Sent with the person; ``number`` and ``course_title`` of the revoked certificate."""

suspended = Signal()
"""Sent with the person; ``number`` and ``course_title`` of a certificate that does not hold for now."""

lifted = Signal()
"""Sent with the person; ``number`` and ``course_title`` of a certificate that holds again."""

replaced = Signal()
"""Sent with the person; ``number`` and ``course_title`` of the old certificate, and ``new_number``."""
