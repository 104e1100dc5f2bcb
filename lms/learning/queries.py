"""A learner's courses as the pages under /learn show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from flask import url_for
from flask_babel import gettext as _

from lms.accounts.models import Person
from lms.certificates.models import Certificate
from lms.certificates.queries import certificate_of
from lms.certificates.rules import Clause, Eligibility, Kind, Record, eligibility
from lms.cohorts.queries import Seat, seats_of
from lms.courses.contents import Contents, ModuleLine, StepLine
from lms.courses.queries import contents_of
from lms.learning import rules
from lms.progress.queries import last_activity, progress_of, progress_of_many
from lms.progress.rules import Progress


@dataclass(frozen=True)
class Condition:
    """One thing that the certificate asks for."""

    words: str
    is_met: bool


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
    def next_url(self) -> str:
        return f"{self.url}/{self.next[1].path}" if self.next else self.url

    @cached_property
    def next(self) -> tuple[ModuleLine, StepLine] | None:
        """Module and step to go on with; None when all is done."""
        step = self.progress.next_step
        return self.contents.by_path[step.path] if step else None

    @property
    def is_begun(self) -> bool:
        return self.progress.done_count > 0

    @cached_property
    def last_day(self) -> date:
        """The day on which the course closes, on the cohort's calendar."""
        seat = self.seat
        return rules.local_day(seat.closes_at, seat.time_zone) if seat.closes_at else seat.ends_on

    @cached_property
    def days_left(self) -> int:
        """Days until the course closes: 0 on its last day, below 0 once it is over."""
        seat = self.seat
        return rules.days_left(
            datetime.now(UTC), seat.time_zone, closes_at=seat.closes_at, ends_on=seat.ends_on
        )

    @property
    def conditions(self) -> list[Condition]:
        """List what the certificate asks for, in the order in which it is usually met."""
        outline, done = self.progress.outline, self.progress.done
        texts = [step for step in outline.steps if step.kind != "quiz"]
        quizzes = [step for step in outline.steps if step.kind == "quiz"]
        read, passed = (sum(step.path in done for step in steps) for steps in (texts, quizzes))
        final = outline.by_path[outline.certificate["final"]]
        percent = (final.quiz or {})["pass_percent"]
        asks_name = any(gap.clause is Clause.NAME for gap in self.missing.missing)
        return [
            Condition(
                _("Read the texts: %(done)d of %(total)d", done=read, total=len(texts)),
                read == len(texts),
            ),
            Condition(
                _("Pass the quizzes: %(done)d of %(total)d", done=passed, total=len(quizzes)),
                passed == len(quizzes),
            ),
            Condition(
                _("Score %(percent)d%% or more in the final assessment", percent=percent),
                final.path in done,
            ),
            Condition(_("Confirm how your name is printed"), not asks_name),
        ]


def card_of(person: Person, seat: Seat, language: str) -> Card:
    progress = progress_of(seat)
    certificate = certificate_of(seat.enrolment_id) if progress.is_complete else None
    return _card(person, seat, progress, language, certificate)


def cards_of(person: Person, language: str, certificates: list[Certificate]) -> list[Card]:
    """List somebody's courses: first the unfinished ones, what was worked on last before the others.

    ``certificates`` are the person's own, the newest first.
    """
    seats = seats_of(person)
    progresses = progress_of_many((seat.enrolment_id, seat.version_id) for seat in seats)
    touched = last_activity(progresses) if len(seats) > 1 else {}
    valid = {
        one.enrolment_id: one
        for one in reversed(certificates)
        if one.kind == Kind.COMPLETION and one.revoked_at is None and one.replaced_at is None
    }
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
    record = Record(person.name_confirmed_at is not None, person.name_latin, progress)
    missing = eligibility(record)
    return Card(seat, progress, contents_of(seat.version_id, language), missing, certificate)
