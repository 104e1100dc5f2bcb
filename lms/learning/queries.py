"""A learner's courses as the pages under /learn show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from flask import url_for

from lms.accounts.models import Person
from lms.certificates.models import Certificate
from lms.certificates.queries import certificate_of
from lms.certificates.rules import Eligibility, eligibility
from lms.cohorts.queries import Seat, seats_of
from lms.courses.contents import Contents, ModuleLine, StepLine
from lms.courses.queries import contents_of
from lms.learning import rules
from lms.progress.queries import last_activity, progress_of, progress_of_many
from lms.progress.rules import Progress


@dataclass(frozen=True)
class Card:
    """One of a learner's own courses: how far, where to go on, until when, and what the certificate asks for."""

    seat: Seat
    progress: Progress
    contents: Contents
    missing: Eligibility  # letters that cannot be printed are told on the certificate's own page
    certificate: Certificate | None

    @cached_property
    def url(self) -> str:
        return url_for("learning.course", **self.seat.url_values)

    @cached_property
    def certificate_url(self) -> str:
        return url_for("certificates.mine", **self.seat.url_values)

    @cached_property
    def next(self) -> tuple[ModuleLine, StepLine] | None:
        """Module and step to go on with; None when all is done."""
        step = self.progress.next_step
        return self.contents.by_path[step.path] if step else None

    @cached_property
    def days_left(self) -> int | None:
        """Days until the course closes, below 0 once it has; None where it stays open."""
        if self.seat.closes_at is None:
            return None
        return rules.days_until(self.seat.closes_at, self.seat.time_zone, datetime.now(UTC))


def card_of(person: Person, seat: Seat, language: str) -> Card:
    return _card(person, seat, progress_of(seat), language, certificate_of(seat.enrolment_id))


def cards_of(person: Person, language: str, certificates: list[Certificate]) -> list[Card]:
    """List somebody's courses: first the unfinished ones, what was worked on last before the others.

    Args:
        certificates: the person's own, the newest first.
    """
    seats = seats_of(person)
    progresses = progress_of_many((seat.enrolment_id, seat.version_id) for seat in seats)
    touched = last_activity(progresses)
    valid = {one.enrolment_id: one for one in reversed(certificates) if not one.is_revoked}
    cards = [
        _card(person, seat, progresses[seat.enrolment_id], language, valid.get(seat.enrolment_id))
        for seat in seats
    ]
    never = datetime.min.replace(tzinfo=UTC)
    cards.sort(key=lambda card: touched.get(card.seat.enrolment_id, never), reverse=True)
    return sorted(cards, key=lambda card: card.progress.is_complete)


def _card(
    person: Person, seat: Seat, progress: Progress, language: str, certificate: Certificate | None
) -> Card:
    missing = eligibility(
        progress,
        is_name_confirmed=person.name_confirmed_at is not None,
        name_latin=person.name_latin,
    )
    return Card(seat, progress, contents_of(seat.version_id, language), missing, certificate)
