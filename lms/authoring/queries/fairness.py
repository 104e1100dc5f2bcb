"""Whether the items of a quiz are equally hard in all its languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lms.authoring.queries.quiz import TaughtQuiz
from lms.authoring.rules import missing
from lms.quizzes.queries import FirstTry, first_tries
from lms.quizzes.rules import fairness as rules


@dataclass
class Comparison:
    """One item in the reference language and in another one."""

    key: str
    revision: int
    prompt: str
    answers: list[tuple[int, bool, bool]] = field(default_factory=list)
    """Of each learner: stratum, whether in the other language, whether right as a whole."""

    @property
    def address(self) -> dict[str, Any]:
        """What its own page is found by, within the quiz."""
        bank, _slash, item = self.key.partition("/")
        return {"bank": bank, "item": item, "revision": self.revision}

    def count(self, *, is_focal: bool) -> int:
        return sum(focal is is_focal for _stratum, focal, _right in self.answers)

    def right_percent(self, *, is_focal: bool) -> float | None:
        """Share of full marks in one of the languages; None with too few answers in either."""
        if self.missing_count:
            return None
        right = sum(right for _stratum, focal, right in self.answers if focal is is_focal)
        return 100 * right / self.count(is_focal=is_focal)

    @property
    def missing_count(self) -> int:
        """How many more answers the smaller group needs."""
        return missing(min(self.count(is_focal=False), self.count(is_focal=True)))

    @property
    def difference(self) -> rules.Difference | None:
        """How the item differs; None with too few answers, and where nothing can be compared."""
        return None if self.missing_count else rules.difference(rules.tables(self.answers))


@dataclass(frozen=True)
class LanguagePair:
    """A language beside the reference."""

    language: str
    attempt_count: int
    items: list[Comparison]  # none with too few attempts

    @property
    def missing_count(self) -> int:
        return missing(self.attempt_count)


@dataclass(frozen=True)
class Fairness:
    """The languages of a quiz, compared with the one that most attempts are in."""

    taught: TaughtQuiz
    reference: str  # empty: no attempt, or none whose language is known
    reference_count: int
    unknown_count: int  # attempts from before their language was kept
    pairs: list[LanguagePair]

    @property
    def missing_count(self) -> int:
        return missing(self.reference_count)


def fairness_of(taught: TaughtQuiz) -> Fairness:
    """Compare the languages of a quiz over first attempts. One statement for the attempts."""
    tries = first_tries(taught.version.course_id, taught.step.path)
    counted = Counter(one.language for one in tries)
    unknown = counted.pop("", 0)
    ranked = sorted(counted, key=lambda language: (-counted[language], language))
    reference = ranked[0] if ranked else ""
    is_enough = not missing(counted[reference])
    pairs = [
        LanguagePair(
            language,
            counted[language],
            _compare(taught, tries, reference, language)
            if is_enough and not missing(counted[language])
            else [],
        )
        for language in ranked[1:]
    ]
    return Fairness(taught, reference, counted[reference], unknown, pairs)


def _compare(
    taught: TaughtQuiz, tries: Iterable[FirstTry], reference: str, focal: str
) -> list[Comparison]:
    found = {
        (key, item.revision): Comparison(key, item.revision, str(taught.text(item)["prompt"]))
        for key, item in taught.items.items()
    }
    for one in tries:
        if one.language not in {reference, focal}:
            continue
        stratum = _stratum(one, taught.quiz.item_count)
        for key, mark in one.marks.items():
            item = found.get((key, one.revision(key)))
            if item is not None:
                item.answers.append((stratum, one.language == focal, mark == 1))
    return list(found.values())


def _stratum(one: FirstTry, item_count: int) -> int:
    """Rank an attempt by its whole points, the item itself included (Holland & Thayer 1988).

    As if it had had as many items as the quiz has now: it may have been longer or shorter once.
    """
    return int(one.score_percent * item_count / 100 + 1e-6)
