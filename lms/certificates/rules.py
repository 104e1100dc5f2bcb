"""Who gets a certificate, and in words why somebody does not yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from lms.progress.rules import Progress

KIND = "completion"


class Clause(StrEnum):
    """What a certificate asks for; each value is also who can change it."""

    STEPS = "steps"
    QUIZZES = "quizzes"
    NAME = "name"
    LETTERS = "letters"


@dataclass(frozen=True)
class Missing:
    """One clause that is not met yet."""

    clause: Clause
    count: int = 0  # steps or quizzes still to do
    letters: tuple[str, ...] = ()  # what no font of the certificate has


@dataclass(frozen=True)
class Eligibility:
    missing: tuple[Missing, ...]

    @property
    def is_met(self) -> bool:
        return not self.missing

    @property
    def waits_for_name(self) -> bool:
        """All is done; only the name stands in the way."""
        return bool(self.missing) and {gap.clause for gap in self.missing} <= {Clause.NAME, Clause.LETTERS}


def eligibility(
    progress: Progress, *, is_name_confirmed: bool, name_latin: str, unprintable: Sequence[str] = ()
) -> Eligibility:
    """Compare what was done with what the certificate asks for. The only place that decides it."""
    missing = []
    if texts := progress.missing_texts():
        missing.append(Missing(Clause.STEPS, count=len(texts)))
    if quizzes := progress.missing_quizzes():
        missing.append(Missing(Clause.QUIZZES, count=len(quizzes)))
    if not is_name_confirmed or not name_latin:
        missing.append(Missing(Clause.NAME))
    if unprintable:
        missing.append(Missing(Clause.LETTERS, letters=tuple(unprintable)))
    return Eligibility(tuple(missing))


REVOCATION_REASONS = {
    "issued_in_error": _l("Issued in error"),
    "wrong_person": _l("Issued to the wrong person"),
    "rules_broken": _l("The rules of the assessment were broken"),
    "holder_asked": _l("At the holder's request"),
}
"""The reason classes that the public sees; the officer's own words stay in the register."""
