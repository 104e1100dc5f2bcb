"""Which e-mails somebody can do without, and which refusals of a mail server are for good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum


class Topic(StrEnum):
    """What e-mails are about that nobody must get; each can be switched off by itself."""

    REMINDERS = "reminders"
    DIGEST = "digest"
    RESULTS = "results"
    QUESTIONS = "questions"


KINDS: dict[Topic, frozenset[str]] = {
    Topic.REMINDERS: frozenset({"reminder"}),
    Topic.DIGEST: frozenset({"learning_digest", "delegation_digest"}),
    Topic.RESULTS: frozenset({"answers_marked", "score_corrected"}),
    Topic.QUESTIONS: frozenset({"question_asked", "question_answered"}),
}
"""The kinds of message of each topic. Every other kind is sent always: signing in, places, certificates, decisions."""

OPENS_AN_ACCOUNT = frozenset({"sign_in_link"})
"""Kinds that are worth something in the mailbox alone, and are not told in the list of notices."""


LAST_WORDS = frozenset({"data_erased"})
"""Kinds for somebody who was erased: address and words are kept no longer than it takes to send them."""
LAST_WORDS_WAIT = timedelta(days=3)
"""How long it is tried to send them."""


class Frequency(StrEnum):
    """How often somebody gets the digest."""

    WEEKLY = "weekly"
    DAILY = "daily"
    OFF = "off"


DAILY = "daily_digest"
"""The choice that makes a digest daily; ``Topic.DIGEST`` switches it on and off."""


def topic_of(kind: str) -> Topic | None:
    """Return what can be switched off, or None for a message that everybody gets."""
    return next((topic for topic, kinds in KINDS.items() if kind in kinds), None)


def frequency(choices: Mapping[str, bool]) -> Frequency:
    """Return how often somebody with these choices gets the digest: weekly, unless another wish was told."""
    if not choices.get(Topic.DIGEST, True):
        return Frequency.OFF
    return Frequency.DAILY if choices.get(DAILY, False) else Frequency.WEEKLY


def choices_for(wanted: Frequency) -> dict[str, bool]:
    """Return what is noted for a frequency; the opposite of ``frequency``."""
    return {Topic.DIGEST: wanted is not Frequency.OFF, DAILY: wanted is Frequency.DAILY}


MORNING = range(8, 12)
"""Hours of the reader's clock in which a digest may come; the later ones make up for a worker that was away."""
MONDAY = 0


def digests_at(local: datetime) -> frozenset[Frequency]:
    """Return which digests are to come at a moment of the reader's own clock."""
    if local.hour not in MORNING:
        return frozenset()
    if local.weekday() == MONDAY:
        return frozenset({Frequency.WEEKLY, Frequency.DAILY})
    return frozenset({Frequency.DAILY})


def since(wanted: Frequency, now: datetime) -> datetime:
    """Return from when on a digest tells what is new."""
    return now - (timedelta(days=7) if wanted is Frequency.WEEKLY else timedelta(days=1))
