"""Reads what mail servers send back about messages they could not deliver (RFC 3464, RFC 3463)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message

LONGEST_REASON = 500  # characters
_MBOX_LINE = re.compile(rb"^From .*\r?\n", re.MULTILINE)
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_FOR_GOOD = re.compile(r"5\.(0\.0|1\.\d+|2\.[01]|4\.4)")
"""Of the failures, those of the address itself: unknown, moved, closed, its domain unknown.

A full mailbox, a message that is too large or taken for spam say nothing about the next message.
"""


@dataclass(frozen=True)
class Report:
    """One message came back, or is late."""

    message_id: str  # of the message that was sent, as in its header
    is_permanent: bool
    reason: str


def is_permanent(code: int, text: str) -> bool:
    """Tell whether a server's refusal of an address holds for every later message.

    Args:
        code: the three-digit reply, such as 550.
        text: the words behind it; an enhanced status such as 5.1.1 in them is more exact than the code.
    """
    status = _STATUS.search(text)
    if status is None:
        return 500 <= code < 600 and code != 552  # 552: the mailbox is full
    return _FOR_GOOD.fullmatch(status.group(0)) is not None


def reports_in(content: bytes) -> Iterator[Report]:
    """Read one message or a whole mailbox file; what is no report, or cannot be read, is passed over."""
    for raw in _MBOX_LINE.split(content):
        if raw.strip():
            try:
                yield from _reports_of(message_from_bytes(raw))
            except (MessageError, LookupError, ValueError, AttributeError, TypeError):
                continue  # broken in a way that the parser does not forgive


def _reports_of(letter: Message) -> Iterator[Report]:
    if letter.get_content_type() != "multipart/report":
        return
    parts = list(letter.walk())
    message_id = _sent_id(parts)
    status = next(
        (part for part in parts if part.get_content_type() == "message/delivery-status"), None
    )
    if status is None or not message_id or not status.is_multipart():
        return
    for block in status.get_payload():
        if isinstance(block, Message) and (report := _report(block, message_id)) is not None:
            yield report


def _sent_id(parts: list[Message]) -> str:
    """Find the Message-ID of the returned message: it is in the report whole, or only its headers are."""
    for part in parts:
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            returned = next(iter(part.get_payload()), None)
            return (
                str(returned["Message-ID"] or "").strip() if isinstance(returned, Message) else ""
            )
        if part.get_content_type() == "text/rfc822-headers":
            raw = part.get_payload(decode=True)
            headers = message_from_bytes(raw if isinstance(raw, bytes) else b"")
            return str(headers["Message-ID"] or "").strip()
    return ""


def _report(block: Message, message_id: str) -> Report | None:
    """Read what is said about one recipient; None for a success, and for the part about the message itself."""
    action = str(block["Action"] or "").strip().lower()
    if action not in {"failed", "delayed"}:
        return None
    status = str(block["Status"] or "").strip()
    said = str(block["Diagnostic-Code"] or "").partition(";")[2]
    reason = " ".join(f"{status} {said}".split())[:LONGEST_REASON]
    is_final = action == "failed" and _FOR_GOOD.match(status) is not None
    return Report(message_id, is_final, reason)
