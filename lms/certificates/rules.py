"""Who gets a certificate, in words why somebody does not yet, and what a typed number means."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from lms.progress.rules import Progress


class Kind(StrEnum):
    """What a certificate says of its holder."""

    COMPLETION = "completion"  # all steps, and the final assessment passed
    PARTICIPATION = "participation"  # all steps; the assessments do not count
    THANKS = "thanks"  # to an instructor of the course


PAPERS = {"landscape": _l("A4 landscape"), "portrait": _l("A4 portrait")}


@dataclass(frozen=True)
class Restated:
    """What an officer reads again before confirming: certificates of a cohort print it, whenever they are issued."""

    issued_on: date
    signatory_role: str
    signatory_name: str = ""
    signature: str = ""  # fingerprint of the scan

    @property
    def signatory(self) -> str:
        return ", ".join(filter(None, (self.signatory_name, self.signatory_role)))


CONFIRMED_FOR = timedelta(days=30)
"""So long after it was confirmed it may be printed."""


@dataclass(frozen=True)
class Choices:
    """What is chosen when a certificate is issued."""

    kind: Kind = Kind.COMPLETION
    layout: str = "completion"
    second_language: str = ""  # the cohort's own
    signatory_id: int | None = None  # whoever is in office, else the programme's role alone
    confirmed: Restated | None = None  # what was read and confirmed before; None: as it is now


USUAL = Choices()
"""A certificate of completion, as the cohort has it."""


class Clause(StrEnum):
    """What a certificate asks for."""

    STEPS = "steps"
    QUIZZES = "quizzes"
    MARKING = "marking"  # a quiz is handed in, and a person has still to mark it
    AFRESH = "afresh"  # the final assessment passed once more, since the certificate may be renewed
    COMPLETION = "completion"  # whoever is due that one, or holds it, gets no lesser one
    SUSPENDED = "suspended"  # an earlier certificate of the course, until an officer lifts that
    TEACHES = "teaches"  # the course, as its instructor
    NAME = "name"  # confirmed, and there in Latin letters
    LETTERS = "letters"  # each letter of the name can be printed
    LENGTH = "length"  # the name fits on the page
    PAGE = "page"  # so does what course, cohort and programme print


class Who(StrEnum):
    """Who can change what is missing."""

    LEARNER = "learner"  # in the course
    HOLDER = "holder"  # whoever it will be issued to, under Account
    INSTRUCTOR = "instructor"
    COORDINATOR = "coordinator"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"


OF_THE_NAME = frozenset({Clause.NAME, Clause.LETTERS, Clause.LENGTH})


@dataclass(frozen=True)
class Missing:
    """One clause that is not met yet."""

    clause: Clause
    who: Who
    count: int = 0  # steps or quizzes still to do
    letters: tuple[str, ...] = ()  # what no font of the certificate has


@dataclass(frozen=True)
class Eligibility:
    """What is missing, in the order in which it is usually done; empty when nothing is."""

    missing: tuple[Missing, ...]

    @property
    def is_met(self) -> bool:
        return not self.missing

    @property
    def waits_for_name(self) -> bool:
        """All is done; only the name stands in the way."""
        return bool(self.missing) and {gap.clause for gap in self.missing} <= OF_THE_NAME

    def gap(self, clause: str) -> Missing | None:
        """Return what is missing of one clause; None when it is met."""
        return next((gap for gap in self.missing if gap.clause == clause), None)


@dataclass(frozen=True)
class Record:
    """What is known of somebody, as far as a certificate asks for it.

    Attributes:
        progress: in the version that the learner is enrolled in; None for whoever teaches, who has done no step.
        is_name_confirmed: by whoever bears it.
        name_latin: as it would be printed.
        marking: how many quizzes are handed in and wait for a person to mark them.
        is_renewal: there is a certificate of this kind already, and it ends.
        has_passed_afresh: the final assessment, in an attempt that began since a renewal is possible.
        holds_completion: a certificate that is neither revoked nor replaced.
        has_suspended: an earlier certificate of the course, in whatever cohort, is suspended.
        is_teaching: is an instructor of the course, and the cohort takes it.
        unprintable: letters of the name, in either script, that no font of the certificate has.
        is_name_too_long: it does not fit even in the smallest letters.
        is_page_unprintable: the words of course, cohort or programme do not fit, or have such letters.
    """

    is_name_confirmed: bool
    name_latin: str
    progress: Progress | None = None
    marking: int = 0
    is_renewal: bool = False
    has_passed_afresh: bool = False
    holds_completion: bool = False
    has_suspended: bool = False
    is_teaching: bool = False
    unprintable: Sequence[str] = ()
    is_name_too_long: bool = False
    is_page_unprintable: bool = False


def _steps(record: Record) -> Missing | None:
    if record.progress is None:
        return Missing(Clause.STEPS, Who.LEARNER)
    texts = record.progress.missing_texts()
    return Missing(Clause.STEPS, Who.LEARNER, count=len(texts)) if texts else None


def _quizzes(record: Record) -> Missing | None:
    quizzes = record.progress.missing_quizzes() if record.progress else ()
    count = len(quizzes) - record.marking
    return Missing(Clause.QUIZZES, Who.LEARNER, count=count) if count > 0 else None


def _marking(record: Record) -> Missing | None:
    if not record.marking:
        return None
    return Missing(Clause.MARKING, Who.INSTRUCTOR, count=record.marking)


def _afresh(record: Record) -> Missing | None:
    is_met = record.has_passed_afresh or not record.is_renewal
    return None if is_met else Missing(Clause.AFRESH, Who.LEARNER)


def _completion(record: Record) -> Missing | None:
    is_due = record.progress is not None and record.progress.is_complete
    is_met = not is_due and not record.holds_completion
    return None if is_met else Missing(Clause.COMPLETION, Who.OFFICER)


def _suspended(record: Record) -> Missing | None:
    return Missing(Clause.SUSPENDED, Who.OFFICER) if record.has_suspended else None


def _teaches(record: Record) -> Missing | None:
    return None if record.is_teaching else Missing(Clause.TEACHES, Who.COORDINATOR)


def _name(record: Record) -> Missing | None:
    is_met = record.is_name_confirmed and record.name_latin
    return None if is_met else Missing(Clause.NAME, Who.HOLDER)


def _letters(record: Record) -> Missing | None:
    letters = tuple(record.unprintable)
    return Missing(Clause.LETTERS, Who.HOLDER, letters=letters) if letters else None


def _length(record: Record) -> Missing | None:
    return Missing(Clause.LENGTH, Who.HOLDER) if record.is_name_too_long else None


def _page(record: Record) -> Missing | None:
    return Missing(Clause.PAGE, Who.ADMINISTRATOR) if record.is_page_unprintable else None


_PRINTED = (_name, _letters, _length, _page)
CONDITIONS: dict[Kind, tuple[Callable[[Record], Missing | None], ...]] = {
    Kind.COMPLETION: (_steps, _quizzes, _marking, _afresh, _suspended, *_PRINTED),
    Kind.PARTICIPATION: (_steps, _completion, _suspended, *_PRINTED),
    Kind.THANKS: (_teaches, *_PRINTED),
}
"""What each kind asks for, in the order in which it is usually met. Another condition, such as attendance, is
a function here and a field of the record."""


def eligibility(record: Record, kind: str = Kind.COMPLETION) -> Eligibility:
    """Compare what is known of somebody with what a certificate asks for. The only place that decides it."""
    found = (condition(record) for condition in CONDITIONS[Kind(kind)])
    return Eligibility(tuple(gap for gap in found if gap is not None))


def reissue_eligibility(record: Record) -> Eligibility:
    """Compare what a certificate in another's place asks for: it was earned; it has only to be printed."""
    found = (condition(record) for condition in _PRINTED)
    return Eligibility(tuple(gap for gap in found if gap is not None))


RENEWAL_OPENS = timedelta(days=60)  # before the last day


def last_day(issued_on: date, valid_months: int | None) -> date | None:
    """Return the last day on which a certificate holds: the same day of the month, or the month's last."""
    if not valid_months:
        return None
    years, month = divmod(issued_on.month - 1 + valid_months, 12)
    year, month = issued_on.year + years, month + 1
    return date(year, month, min(issued_on.day, calendar.monthrange(year, month)[1]))


def renewal_opens_on(expires_on: date) -> date:
    """Return from when on the final assessment counts for the next certificate, and that one may be issued."""
    return expires_on - RENEWAL_OPENS


def renewable_until(now: datetime) -> datetime:
    """Return the moment before which a certificate must end that may be renewed now: with the 60th day after this."""
    return now + RENEWAL_OPENS + timedelta(days=1)


def is_renewable(expires_at: datetime | None, now: datetime) -> bool:
    """Tell whether a new certificate may follow on one that ends: from 60 days before, and ever after."""
    return expires_at is not None and expires_at < renewable_until(now)


REMINDED_BEFORE = (60, 30, 7)  # days


def reminder_due(expires_at: datetime, now: datetime) -> int | None:
    """Return which reminder of its end is due: the last of those whose day has come; None before and after them all.

    A certificate ends with a day, so the whole days that are left count the midnights of its place.
    """
    left = (expires_at - now).days
    return min((days for days in REMINDED_BEFORE if 0 <= left <= days), default=None)


STANDINGS = {
    "valid": _l("Valid"),
    "revoked": _l("Revoked"),
    "replaced": _l("Replaced"),
    "suspended": _l("Suspended"),
    "expired": _l("Expired"),
}
"""The answers to the question how a certificate stands."""

REVOCATION_REASONS = {
    "issued_in_error": _l("Issued in error"),
    "wrong_person": _l("Issued to the wrong person"),
    "rules_broken": _l("The rules of the assessment were broken"),
    "holder_asked": _l("At the holder's request"),
}
"""The reason classes that the public sees; the officer's own words stay in the register."""


def number_in(typed: str) -> str:
    """Find the number in what somebody typed or pasted; "" when there is not one letter or digit.

    The whole address of a certificate's page ends with it, and a slash between groups is a hyphen.
    """
    text = typed
    for mark in ("/verify/", "/v/"):
        text = text.rpartition(mark)[2]
    text = text.partition("?")[0].partition("#")[0].strip().strip("/").removesuffix(".json")
    number = text.replace("/", "-")
    return number if any(letter.isalnum() for letter in number) else ""
