"""Who gets a certificate, in words why somebody does not yet, and what a typed number means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
class Choices:
    """What is chosen when a certificate is issued."""

    kind: Kind = Kind.COMPLETION
    layout: str = "completion"
    second_language: str = ""  # the cohort's own
    signatory_id: int | None = None  # whoever is in office, else the programme's role alone


class Clause(StrEnum):
    """What a certificate asks for. The learner can change each but the last."""

    STEPS = "steps"
    QUIZZES = "quizzes"
    NAME = "name"  # confirmed, and there in Latin letters
    LETTERS = "letters"  # each letter of the name can be printed
    LENGTH = "length"  # the name fits on the page
    PAGE = "page"  # so does what course, cohort and programme print


@dataclass(frozen=True)
class Missing:
    """One clause that is not met yet."""

    clause: Clause
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
        of_the_name = {Clause.NAME, Clause.LETTERS, Clause.LENGTH}
        return bool(self.missing) and {gap.clause for gap in self.missing} <= of_the_name

    def gap(self, clause: str) -> Missing | None:
        """Return what is missing of one clause; None when it is met."""
        return next((gap for gap in self.missing if gap.clause == clause), None)


def eligibility(
    progress: Progress,
    *,
    is_name_confirmed: bool,
    name_latin: str,
    unprintable: Sequence[str] = (),
    is_name_too_long: bool = False,
    is_page_unprintable: bool = False,
) -> Eligibility:
    """Compare what was done with what the certificate asks for. The only place that decides it.

    Args:
        progress: in the version that the learner is enrolled in.
        is_name_confirmed: by the learner.
        name_latin: as it would be printed.
        unprintable: letters of the name, in either script, that no font of the certificate has.
        is_name_too_long: it does not fit even in the smallest letters.
        is_page_unprintable: the words of course, cohort or programme do not fit, or have such letters.
    """
    missing = []
    if texts := progress.missing_texts():
        missing.append(Missing(Clause.STEPS, count=len(texts)))
    if quizzes := progress.missing_quizzes():
        missing.append(Missing(Clause.QUIZZES, count=len(quizzes)))
    if not is_name_confirmed or not name_latin:
        missing.append(Missing(Clause.NAME))
    if unprintable:
        missing.append(Missing(Clause.LETTERS, letters=tuple(unprintable)))
    if is_name_too_long:
        missing.append(Missing(Clause.LENGTH))
    if is_page_unprintable:
        missing.append(Missing(Clause.PAGE))
    return Eligibility(tuple(missing))


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
